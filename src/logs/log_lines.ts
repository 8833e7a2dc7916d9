/** Lines of a log that is read back. */
import { readInstant } from "./instant.ts";
import { LineSplitter } from "./line_splitter.ts";

export interface LogLine {
  /** Milliseconds since 1970; null in a log whose lines have no times. */
  readonly time: number | null;
  readonly text: string;
  /** false for a piece of a line that is very long, or that has no end yet. */
  readonly isWhole: boolean;
}

/** From when to when, milliseconds since 1970, both included. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

/** Bytes in, lines out. A line without a time, such as one of a stack trace, has that of the one before. */
export class LogLines {
  readonly #splitter: LineSplitter;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #window: Window;
  readonly #hasTimes: boolean;
  #lines: LogLine[] = [];
  #time: number | null = null;

  constructor(hasTimes: boolean, window: Window) {
    this.#hasTimes = hasTimes;
    this.#window = window;
    this.#splitter = new LineSplitter((line, isWhole) => this.#add(line, isWhole));
  }

  push(bytes: Uint8Array): readonly LogLine[] {
    this.#splitter.push(bytes);
    return this.#take();
  }

  /** What has no end. */
  flush(): readonly LogLine[] {
    this.#splitter.flush();
    return this.#take();
  }

  #add(line: Uint8Array, isWhole: boolean): void {
    if (this.#hasTimes) this.#time = readInstant(line) ?? this.#time;
    const { since, until } = this.#window;
    const time = this.#time;
    if (time !== null && (time < since || time > until)) return;
    this.#lines.push({ time, text: this.#decoder.decode(line), isWhole });
  }

  #take(): readonly LogLine[] {
    const taken = this.#lines;
    this.#lines = [];
    return taken;
  }
}
