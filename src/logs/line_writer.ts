/**
 * Writes output line by line in a format of its own.
 *
 * A beginning of a line does not wait for ever: after a pause it is written as a line by itself, and
 * what comes of it later is another, so that every line of the log has its time and name.
 */
import type { Clock } from "../platform/clock.ts";
import { concatenate } from "./concatenate.ts";
import type { LineFormat, LineOrigin, WriteLine } from "./line_format.ts";
import { LineSplitter } from "./line_splitter.ts";

export interface LineWriterOptions {
  readonly format: LineFormat;
  readonly clock: Clock;
  /** As of now: a program that was started again has another pid. */
  origin(): LineOrigin;
}

const PAUSE_MS = 500;
/** Written together at the most, and one line beyond it. */
const BATCH_BYTES = 65_536;

export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #splitter = new LineSplitter((line, isWhole) => this.#add(line, isWhole));
  #writeLine: WriteLine | null = null;
  #batch: Uint8Array[] = [];
  #batched = 0;
  #cancelPause: (() => void) | null = null;

  constructor(options: LineWriterOptions, emit: (bytes: Uint8Array) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  write(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
    this.#send();
    if (this.#splitter.isMidLine && !this.#cancelPause) this.#flushAfterPause();
  }

  /** Nothing more comes, for now. */
  flush(): void {
    this.#splitter.flush();
    this.#send();
  }

  /** Where we were busy for longer, the end of the line may be in the pipe: one more turn to read it. */
  #flushAfterPause(): void {
    const { after } = this.#options.clock;
    this.#cancelPause = after(PAUSE_MS, () => {
      this.#cancelPause = after(0, () => this.flush());
    });
  }

  #add(line: Uint8Array, isWhole: boolean): void {
    const { format, clock, origin } = this.#options;
    this.#writeLine ??= format(clock.wall(), origin());
    for (const part of this.#writeLine(line, isWhole)) {
      this.#batch.push(part);
      this.#batched += part.length;
    }
    if (this.#batched >= BATCH_BYTES) this.#send();
  }

  #send(): void {
    const parts = this.#batch;
    this.#writeLine = null;
    this.#batch = [];
    this.#batched = 0;
    if (parts.length === 0) return;
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#emit(concatenate(parts));
  }
}
