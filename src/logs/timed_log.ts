/**
 * A log that is rotated by time: before what is written in a new period, and where nothing is
 * written, when the period is over. What an earlier run left in the file counts by its time.
 *
 * The wall clock may be set: forwards it rotates at most once; backwards the period that is then
 * goes on in the same file.
 */
import type { LogPeriod } from "../model/own_options.ts";
import type { Clock } from "../platform/clock.ts";
import type { LogFile } from "./log_file.ts";
import { type Span, spanAt } from "./log_period.ts";
import type { LogTarget } from "./log_target.ts";
import type { Losses } from "./losses.ts";

/** Timers know nothing of the wall clock, which may have been set meanwhile. */
const LONGEST_SLEEP_MS = 3_600_000;

export class TimedLog implements LogTarget {
  readonly #log: LogFile;
  readonly #period: LogPeriod;
  readonly #clock: Clock;
  #span: Span;
  #cancel: () => void = () => {};

  constructor(log: LogFile, period: LogPeriod, clock: Clock) {
    this.#log = log;
    this.#period = period;
    this.#clock = clock;
    this.#span = spanAt(period, log.modified ?? clock.wall());
    this.#sleep();
  }

  get path(): string {
    return this.#log.path;
  }

  get losses(): Losses {
    return this.#log.losses;
  }

  write(bytes: Uint8Array): void {
    this.#look();
    this.#log.write(bytes);
  }

  rotate(): boolean {
    return this.#log.rotate();
  }

  reopen(): void {
    this.#log.reopen();
  }

  clear(): void {
    this.#log.clear();
  }

  close(): void {
    this.#cancel();
    this.#log.close();
  }

  #look(): void {
    const wall = this.#clock.wall();
    const { start, end } = this.#span;
    if (wall >= start && wall < end) return;
    this.#span = spanAt(this.#period, wall);
    if (wall >= end) this.#log.tryRotate();
  }

  #sleep(): void {
    const left = this.#span.end - this.#clock.wall();
    const ms = Math.min(Math.max(left, 0), LONGEST_SLEEP_MS);
    this.#cancel = this.#clock.after(ms, () => {
      this.#look();
      this.#sleep();
    });
  }
}
