/** The one timer that the state of a process may have. */
import type { Clock } from "../platform/clock.ts";
import type { ManagedProcess } from "./process.ts";

/** In place of the one that it has. */
export function arm(process: ManagedProcess, clock: Clock, ms: number, run: () => void): void {
  disarm(process);
  process.timerDue = clock.now() + ms;
  process.timer = clock.after(ms, run);
}

export function disarm(process: ManagedProcess): void {
  process.timer?.();
  process.timer = null;
  process.timerDue = null;
}
