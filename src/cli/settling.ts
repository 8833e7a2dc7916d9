/** What is put off until the rush is over. */
import type { Clock } from "../platform/clock.ts";

/**
 * @param ms How long nothing must have happened.
 * @param task Run once.
 * @returns To be called when something happens; from the first call on there is a timer.
 */
export function onceQuiet(clock: Clock, ms: number, task: () => void): () => void {
  let last = 0;
  let waiting = false;
  let done = false;

  function look(): void {
    const left = last + ms - clock.now();
    if (left > 0) return void clock.after(left, look);
    done = true;
    task();
  }

  return () => {
    if (done) return;
    last = clock.now();
    if (waiting) return;
    waiting = true;
    clock.after(ms, look);
  };
}
