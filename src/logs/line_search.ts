/** Looking for a line in a stream that comes in pieces. */

/** A line is looked at this far: whatever says that a program is ready says so at its beginning. */
const LOOKED_AT = 4096;

const LF = 10;

const decoder = new TextDecoder();

export class LineSearch {
  readonly #matches: (line: string) => boolean;
  /** The beginning of a line whose end has not come. */
  #held = new Uint8Array(0);

  constructor(matches: (line: string) => boolean) {
    this.#matches = matches;
  }

  /** @returns Whether one of the lines that end in this piece is the one. */
  push(chunk: Uint8Array): boolean {
    const first = chunk.indexOf(LF);
    if (first < 0) {
      this.#hold(chunk);
      return false;
    }
    this.#hold(chunk.subarray(0, first));
    const begun = this.#held;
    this.#held = new Uint8Array(0);
    const last = chunk.lastIndexOf(LF);
    this.#hold(chunk.subarray(last + 1));
    if (this.#looksAt(decoder.decode(begun))) return true;
    if (first === last) return false;
    // Together: a flood of short lines is not to be slower than others.
    const lines = decoder.decode(chunk.subarray(first + 1, last)).split("\n");
    return lines.some((line) => this.#looksAt(line));
  }

  #looksAt(line: string): boolean {
    const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
    return this.#matches(whole.slice(0, LOOKED_AT));
  }

  #hold(piece: Uint8Array): void {
    const more = piece.subarray(0, LOOKED_AT - this.#held.length);
    if (more.length === 0) return;
    const held = new Uint8Array(this.#held.length + more.length);
    held.set(this.#held);
    held.set(more, this.#held.length);
    this.#held = held;
  }
}
