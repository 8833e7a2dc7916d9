/** The daemon's own log. @see spec/processes.md §4 */
import type { LogLevel } from "../model/config.ts";

const RANKS: Record<LogLevel, number> = {
  critical: 50,
  error: 40,
  warn: 30,
  info: 20,
  debug: 10,
  trace: 5,
  blather: 3,
};

const LABELS: Record<LogLevel, string> = {
  critical: "CRIT",
  error: "ERRO",
  warn: "WARN",
  info: "INFO",
  debug: "DEBG",
  trace: "TRAC",
  blather: "BLAT",
};

/** Where finished lines go. */
export interface LineSink {
  write(bytes: Uint8Array): void;
}

export class ActivityLog {
  readonly #sinks: readonly LineSink[];
  readonly #threshold: number;
  readonly #wall: () => number;
  readonly #encoder = new TextEncoder();

  /** @param wall Milliseconds since 1970. */
  constructor(level: LogLevel, sinks: readonly LineSink[], wall: () => number) {
    this.#threshold = RANKS[level];
    this.#sinks = sinks;
    this.#wall = wall;
  }

  /** Whether a line of this level would be written: for lines that are costly to make. */
  wants(level: LogLevel): boolean {
    return RANKS[level] >= this.#threshold;
  }

  log(level: LogLevel, text: string): void {
    if (!this.wants(level)) return;
    const line = `${formatStamp(new Date(this.#wall()))} ${LABELS[level]} ${text}\n`;
    const bytes = this.#encoder.encode(line);
    for (const sink of this.#sinks) sink.write(bytes);
  }
}

/** `2026-11-22 15:41:49,123`, local time. */
export function formatStamp(when: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ` +
    `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())},` +
    String(when.getMilliseconds()).padStart(3, "0");
}
