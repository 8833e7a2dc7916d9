/** Time that passes when a test says so. */
import type { Clock } from "../../src/platform/clock.ts";

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/** Wall time of monotonic zero. */
export const EPOCH_MS = 1_700_000_000_000;

/** Nothing that a test does needs as many tasks at once. */
const HOT = 1000;

/** Starts at 5 ms, so that zero is never mistaken for a time. */
export class FakeClock implements Clock {
  #now = 5;
  #wallOffset = EPOCH_MS;
  readonly #tasks = new Set<Task>();

  now = (): number => this.#now;
  wall = (): number => this.#wallOffset + this.#now;

  after = (ms: number, run: () => void): () => void => {
    const task = { due: this.#now + ms, run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  };

  /**
   * Lets time pass; what falls due runs at its time, in order, also what is added on the way.
   *
   * @throws {Error} If it never ends: a task that arms itself again without delay.
   */
  tick(ms: number): void {
    const end = this.#now + ms;
    let ran = 0;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      if (++ran > HOT) throw new Error(`more than ${HOT} tasks ran in ${ms} ms`);
      this.#tasks.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** Lets time pass while the loop is busy: nothing that falls due has run yet. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /** Somebody sets the wall clock. */
  setWallBy(ms: number): void {
    this.#wallOffset += ms;
  }

  /** When the next task is due; Infinity if none waits. */
  get nextDue(): number {
    let next = Infinity;
    for (const { due } of this.#tasks) if (due < next) next = due;
    return next;
  }

  /** How many tasks wait: none should when everything is down. */
  get pending(): number {
    return this.#tasks.size;
  }

  #next(end: number): Task | undefined {
    const due = [...this.#tasks].filter((task) => task.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}
