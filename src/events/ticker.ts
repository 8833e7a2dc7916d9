/** TICK events: the wall clock enters a new period. @see spec/events.md §2, "TICK when" */
import type { Clock } from "../platform/clock.ts";
import type { TickPeriod } from "./notifications.ts";

const PERIODS: readonly TickPeriod[] = [5, 60, 3600];

/** Every period begins with one of this length. Seconds. */
const SHORTEST = 5;

/**
 * Tells of new periods while somebody wants to know, and uses no timer otherwise.
 *
 * The clock is looked at every five seconds, whatever was asked for: if it is set to another time,
 * that is noticed by then. What was skipped is not made up for.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #onTick: (period: TickPeriod, when: number) => void;
  #starts = new Map<TickPeriod, number>();
  #cancel: (() => void) | null = null;

  /** @param onTick Given the start of the new period, in seconds since 1970. */
  constructor(clock: Clock, onTick: (period: TickPeriod, when: number) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
  }

  /** Begins with the next new period; harmless when it runs already. */
  start(): void {
    if (this.#cancel !== null) return;
    this.#starts = this.#currentStarts();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    const next = (this.#startOf(SHORTEST) + SHORTEST) * 1000;
    this.#cancel = this.#clock.after(next - this.#clock.wall(), () => this.#look());
  }

  #look(): void {
    this.#arm();
    const before = this.#starts;
    this.#starts = this.#currentStarts();
    for (const [period, start] of this.#starts) {
      if (start !== before.get(period)) this.#onTick(period, start);
    }
  }

  #currentStarts(): Map<TickPeriod, number> {
    return new Map(PERIODS.map((period) => [period, this.#startOf(period)]));
  }

  #startOf(period: TickPeriod): number {
    return Math.floor(this.#clock.wall() / 1000 / period) * period;
  }
}
