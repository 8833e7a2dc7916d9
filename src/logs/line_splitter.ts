/** Lines out of a stream of bytes, in bounded memory. */
import { completeLength } from "./utf8_boundary.ts";

/** Told of a line without its line feed; or of a piece of one that goes on. Valid only during the call. */
export type OnLine = (line: Uint8Array, isWhole: boolean) => void;

/** A line that is longer comes in pieces, none of which cuts a character in two. */
export const LONGEST_LINE_BYTES = 65_536;

const LINE_FEED = 10;

export class LineSplitter {
  readonly #onLine: OnLine;
  /** The beginning of a line. */
  #held = new Uint8Array(0);
  #length = 0;

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  /** There is a beginning of a line that waits for its end. */
  get isMidLine(): boolean {
    return this.#length > 0;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end: number; (end = chunk.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      this.#finish(chunk.subarray(start, end));
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** What waits has waited long enough. */
  flush(): void {
    if (this.#length > 0) this.#onLine(this.#take(), false);
  }

  #finish(rest: Uint8Array): void {
    if (this.#length === 0 && rest.length <= LONGEST_LINE_BYTES) return this.#onLine(rest, true);
    this.#hold(rest);
    this.#onLine(this.#take(), true);
  }

  #hold(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      if (this.#length === LONGEST_LINE_BYTES) this.#pass();
      const room = LONGEST_LINE_BYTES - this.#length;
      const piece = bytes.subarray(start, start + room);
      this.#append(piece);
      start += piece.length;
    }
  }

  /** As much as makes whole characters goes; there is more of the line. */
  #pass(): void {
    const all = this.#take();
    const end = completeLength(all) || all.length;
    const rest = all.slice(end);
    this.#onLine(all.subarray(0, end), false);
    this.#append(rest);
  }

  #append(bytes: Uint8Array): void {
    const wanted = this.#length + bytes.length;
    if (wanted > this.#held.length) {
      const grown = new Uint8Array(Math.min(LONGEST_LINE_BYTES, Math.max(256, wanted * 2)));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#length);
    this.#length = wanted;
  }

  #take(): Uint8Array {
    const taken = this.#held.subarray(0, this.#length);
    this.#held = new Uint8Array(0);
    this.#length = 0;
    return taken;
  }
}
