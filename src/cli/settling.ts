/** What is put off until a rush is over. */
import type { Clock } from "../platform/clock.ts";

export interface SettlingOptions {
  /** How long nothing must have happened. */
  readonly quietMs: number;
  /** How much work is worth it; the first time any is. */
  readonly worth: number;
  readonly task: () => void;
}

/** Runs its task when much has been done and nothing has happened for a while. */
export class Settling {
  readonly #clock: Clock;
  readonly #options: SettlingOptions;
  #work = 0;
  #worth = 0;
  #last = 0;
  #isWaiting = false;

  constructor(clock: Clock, options: SettlingOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Something happens. There is a timer only after enough of it. */
  add(work: number): void {
    this.#work += work;
    this.#last = this.#clock.now();
    if (this.#isWaiting || this.#work < this.#worth) return;
    this.#isWaiting = true;
    this.#clock.after(this.#options.quietMs, () => this.#look());
  }

  #look(): void {
    const left = this.#last + this.#options.quietMs - this.#clock.now();
    if (left > 0) return void this.#clock.after(left, () => this.#look());
    this.#isWaiting = false;
    this.#work = 0;
    this.#worth = this.#options.worth;
    this.#options.task();
  }
}
