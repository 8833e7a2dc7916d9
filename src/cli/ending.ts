/** How a life of the daemon ends, from the first request to its last process. */
import type { Clock } from "../platform/clock.ts";

export type Outcome = "shutdown" | "restart";

/**
 * One Ctrl-C may arrive twice, from the terminal and from whatever started us: only a second one
 * that comes later means that somebody is tired of waiting.
 */
const IMPATIENT_AFTER_MS = 1000;

export class Ending {
  readonly #clock: Clock;
  readonly #onBegin: (outcome: Outcome) => void;
  #outcome: Outcome | null = null;
  #exitStatus = 0;
  /** Monotonic milliseconds. */
  #since = 0;
  #resolve: () => void = () => {};
  /** Resolves when it has begun. */
  readonly begun = new Promise<void>((resolve) => this.#resolve = resolve);

  /** @param onBegin Called when it begins, and again if the outcome changes meanwhile. */
  constructor(clock: Clock, onBegin: (outcome: Outcome) => void) {
    this.#clock = clock;
    this.#onBegin = onBegin;
  }

  /** null before it has begun. The last request counts. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** What to exit with after a shutdown. */
  get exitStatus(): number {
    return this.#exitStatus;
  }

  /** @param exitStatus Of the program whose end is ours. */
  begin(outcome: Outcome, exitStatus = 0): void {
    if (this.#outcome === null) this.#exitStatus = exitStatus;
    if (this.#outcome !== outcome) {
      this.#since = this.#clock.now();
      this.#outcome = outcome;
      this.#onBegin(outcome);
    }
    this.#resolve();
  }

  /** Whether another request to exit repeats one that was made a while ago. */
  get isOverdue(): boolean {
    return this.#outcome === "shutdown" && this.#clock.now() - this.#since >= IMPATIENT_AFTER_MS;
  }
}
