/** Time: monotonic for decisions, the wall clock for printing. */

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970, as the wall clock has it. */
  wall(): number;
  /**
   * Runs `task` once `ms` have passed, never sooner; 0 means on the next turn of the loop.
   *
   * @returns Cancels it; harmless when it has run.
   */
  after(ms: number, task: () => void): () => void;
}

/** Longer delays overflow the runtimes' timers, which then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, task) {
    if (ms <= 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const due = performance.now() + ms;
    let timer: ReturnType<typeof setTimeout>;
    function arm(): void {
      const left = due - performance.now();
      if (left <= 0) return task();
      timer = setTimeout(arm, Math.min(Math.ceil(left), LONGEST_TIMER_MS));
    }
    arm();
    return () => clearTimeout(timer);
  },
};
