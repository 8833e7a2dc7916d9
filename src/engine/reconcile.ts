/** What is against what should be: whether an ended process is to come back, and when. */
import { limitReached, recentRestarts, waitAfterEnd } from "./restart_policy.ts";
import type { Policy, Status } from "./step.ts";

/**
 * Restarts that a program may still have at once, as the time in which they were earned: whole
 * milliseconds add up exactly, parts of a restart do not.
 */
export interface RestartBudget {
  readonly ms: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** One restart is earned in this time. */
const RESTART_MS = 1000;

/**
 * A program that was up is back at once; one that keeps dying gets five starts, then one a second.
 */
export const FULL_BUDGET_MS = 5 * RESTART_MS;

export interface Facts {
  readonly exitstatus: number;
  /** The daemon is going down: nothing is started any more. */
  readonly stopping: boolean;
  readonly budget: RestartBudget;
  /** Moments of restarts, as far as its `restartlimit` counts them. */
  readonly restarts?: readonly number[];
  /** Random, from 0 to 1, for waits that vary. */
  readonly chance?: number;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** The restart that is due after `ms`, and what is left then of its budget and its limit. */
export interface Restart {
  readonly ms: number;
  readonly budget: RestartBudget;
  readonly restarts: readonly number[];
}

/** It would come back, but was restarted too often for that. */
interface Limited {
  readonly limited: string;
}

/**
 * Whether a process that has ended, or was stopped to be started again, should come back.
 *
 * @returns undefined if it stays down.
 * @see spec/processes.md §5, "EXITED → STARTING"
 */
export function reconcile(
  status: Status,
  facts: Facts,
  policy: Policy,
): Restart | Limited | undefined {
  if (facts.stopping) return undefined;
  const { restarts = [] } = facts;
  if (status.state === "STOPPED" && status.returns) {
    return { ...takeRestart(facts.budget, facts.now), restarts };
  }
  if (status.state !== "EXITED") return undefined;
  const { autorestart, exitcodes } = policy;
  const { exitstatus, now, chance = 0 } = facts;
  const wanted = autorestart === "unexpected" ? !exitcodes.includes(exitstatus) : autorestart;
  if (!wanted) return undefined;
  const { streak } = status;
  const recent = recentRestarts(restarts, now, policy);
  const limited = limitReached(recent, exitstatus, streak, policy);
  if (limited !== undefined) return { limited };
  const { ms: earliest, budget } = takeRestart(facts.budget, now);
  const ms = Math.max(waitAfterEnd({ streak, chance }, policy), earliest);
  return { ms, budget, restarts: policy.restartlimit === null ? recent : [...recent, now + ms] };
}

function takeRestart(
  budget: RestartBudget,
  now: number,
): { readonly ms: number; readonly budget: RestartBudget } {
  const earned = Math.min(budget.ms + now - budget.at, FULL_BUDGET_MS);
  const left = Math.max(earned - RESTART_MS, -RESTART_MS);
  return { ms: Math.max(0, -left), budget: { ms: left, at: now } };
}
