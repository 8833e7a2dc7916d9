/** Looking for a line in a stream that comes in pieces. */

/** A line is looked at this far: whatever says that a program is ready says so at its beginning. */
const LOOKED_AT_BYTES = 4096;

const LF = 10;

export class LineSearch {
  readonly #matches: (line: string) => boolean;
  /** The beginning of a line whose end has not come. */
  #held = new Uint8Array(0);

  constructor(matches: (line: string) => boolean) {
    this.#matches = matches;
  }

  /** @returns Whether one of the lines that end in this piece is the one. */
  push(chunk: Uint8Array): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const line = this.#whole(chunk.subarray(start, end));
      this.#held = new Uint8Array(0);
      start = end + 1;
      if (this.#matches(line)) return true;
    }
    this.#hold(chunk.subarray(start));
    return false;
  }

  #whole(rest: Uint8Array): string {
    this.#hold(rest);
    return new TextDecoder().decode(this.#held).replace(/\r$/, "");
  }

  #hold(piece: Uint8Array): void {
    const more = piece.subarray(0, LOOKED_AT_BYTES - this.#held.length);
    if (more.length === 0) return;
    const held = new Uint8Array(this.#held.length + more.length);
    held.set(this.#held);
    held.set(more, this.#held.length);
    this.#held = held;
  }
}
