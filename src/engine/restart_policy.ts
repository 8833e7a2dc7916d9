/** When what has ended is tried again: the options of ours, which Supervisor does not have. */
import type { Policy } from "./step.ts";

/** As startretries: it is never given up. Supervisor gives such a program up at once. */
const FOREVER = -1;

const LONGEST_WAIT_SECS = 60;

/** What is tried for ever is not tried without a pause. */
const SHORTEST_ENDLESS_MS = 1000;

/** Ends and failed starts in a row, none of them after the program was up for long enough. */
export interface Streak {
  readonly ends: number;
  /** It reached its restartlimit, and is tried now and then only. */
  readonly isSlow: boolean;
}

/** The streak with one more end. @param uptimeMs Of the run that ended. */
export function longer(
  before: Streak | undefined,
  uptimeMs: number,
  policy: Policy,
): Streak | undefined {
  if (!hasStreak(policy)) return undefined;
  if (before === undefined || lasted(uptimeMs, policy)) return { ends: 1, isSlow: false };
  return { ...before, ends: before.ends + 1 };
}

function hasStreak({ type, restartbackoff, restartlimit }: Policy): boolean {
  return type === "oneshot" || restartbackoff !== null || restartlimit !== null;
}

/** What works for hours and fails then has failed. */
function lasted(uptimeMs: number, policy: Policy): boolean {
  return policy.type !== "oneshot" && uptimeMs >= longestWaitMs(policy);
}

function longestWaitMs({ restartbackoff }: Policy): number {
  return (restartbackoff?.cap ?? LONGEST_WAIT_SECS) * 1000;
}

/** Whether so many failures are more than startretries allows. */
export function isTooMany(failures: number, { startretries }: Policy): boolean {
  return startretries !== FOREVER && failures > startretries;
}

/** What a wait depends on beside the options. */
export interface Trials {
  readonly streak: Streak | undefined;
  /** Random, from 0 to 1. */
  readonly chance: number;
}

/** How long after a failed start the next one comes. @param failures In a row; 1 or more. */
export function waitAfterFailure(failures: number, trials: Trials, policy: Policy): number {
  const isEndless = policy.startretries === FOREVER;
  const growing = isEndless ? Math.min(failures, LONGEST_WAIT_SECS) : failures;
  const ms = ownWait(trials, policy) ?? growing * 1000;
  return isEndless ? Math.max(ms, SHORTEST_ENDLESS_MS) : ms;
}

/** How long after an end the next start comes at the earliest. */
export function waitAfterEnd(trials: Trials, policy: Policy): number {
  if (policy.type === "oneshot") return waitAfterFailure(trials.streak?.ends ?? 1, trials, policy);
  return ownWait(trials, policy) ?? 0;
}

/** undefined where the options say nothing. */
function ownWait({ streak, chance }: Trials, policy: Policy): number | undefined {
  const { restartdelaysecs, restartbackoff } = policy;
  const vary = (ms: number) => ms * (1 + (restartbackoff?.jitter ?? 0) * (2 * chance - 1));
  if (streak?.isSlow) return vary(longestWaitMs(policy));
  if (restartbackoff === null) {
    return restartdelaysecs === null ? undefined : restartdelaysecs * 1000;
  }
  const { factor, cap } = restartbackoff;
  const grown = (restartdelaysecs ?? 1) * factor ** ((streak?.ends ?? 1) - 1);
  return vary(Math.min(grown, cap) * 1000);
}

/** Whether a program says itself when it is tried again; then people are told when that is. */
export function hasOwnWaits(policy: Policy): boolean {
  return policy.restartdelaysecs !== null || hasStreak(policy);
}

/** The moments of restarts that still count for the restartlimit. */
export function recentRestarts(
  moments: readonly number[],
  now: number,
  { restartlimit }: Policy,
): readonly number[] {
  if (restartlimit === null) return [];
  return moments.filter((moment) => moment > now - restartlimit.seconds * 1000);
}

/** Why a program that has ended is not simply started again; undefined if it is. */
export function limitReached(
  recent: readonly number[],
  exitstatus: number,
  streak: Streak | undefined,
  policy: Policy,
): string | undefined {
  const { restartlimit, type } = policy;
  if (type === "oneshot" && isTooMany(streak?.ends ?? 1, policy)) {
    return `Bad exit code ${exitstatus}`;
  }
  if (restartlimit === null || streak?.isSlow || recent.length < restartlimit.restarts) {
    return undefined;
  }
  return `restarted ${restartlimit.restarts} times in ${restartlimit.seconds} s`;
}
