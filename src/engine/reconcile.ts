/** What is against what should be: whether an ended process is to come back, and when. */
import type { Policy, Status } from "./transition.ts";

/** Restarts that a program may still have at once; it refills by one a second. */
export interface RestartBudget {
  readonly restarts: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * A program that was up is back at once; one that keeps dying gets this many starts, then one a
 * second.
 */
export const RESTART_BURST = 5;

const REFILL_MS = 1000;

export interface Facts {
  readonly exitstatus: number;
  /** The daemon is going down: nothing is started any more. */
  readonly stopping: boolean;
  readonly budget: RestartBudget;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** The restart that is due after `ms`, and the budget that is left then. */
export interface Restart {
  readonly ms: number;
  readonly budget: RestartBudget;
}

/**
 * Whether a process that has ended, or was stopped to be started again, should come back.
 *
 * @returns undefined if it stays down.
 * @see spec/processes.md §5, "EXITED → STARTING"
 */
export function reconcile(status: Status, facts: Facts, policy: Policy): Restart | undefined {
  if (facts.stopping) return undefined;
  if (status.state === "STOPPED" && status.returns) return takeRestart(facts.budget, facts.now);
  if (status.state !== "EXITED") return undefined;
  const { autorestart, exitcodes } = policy;
  const wanted = autorestart === "unexpected" ? !exitcodes.includes(facts.exitstatus) : autorestart;
  return wanted ? takeRestart(facts.budget, facts.now) : undefined;
}

function takeRestart(budget: RestartBudget, now: number): Restart {
  const refilled = budget.restarts + (now - budget.at) / REFILL_MS;
  const left = Math.max(Math.min(refilled, RESTART_BURST) - 1, -1);
  return { ms: left >= 0 ? 0 : -left * REFILL_MS, budget: { restarts: left, at: now } };
}
