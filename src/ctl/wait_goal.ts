/** What `wait` waits for, and whether it is so: pure, over what the daemon tells of a process. */
import { describeEnd } from "../model/attempt_words.ts";
import type { AttemptDetails, ProcessDetails } from "../model/details.ts";

export type Goal =
  | { readonly type: "running" | "ready" | "healthy" | "stopped" }
  /** A run has ended; `code` null: whatever its status. */
  | { readonly type: "exited"; readonly code: number | null }
  | { readonly type: "log"; readonly pattern: RegExp };

/** How a process stands to a goal. */
export type Verdict =
  | { readonly type: "holds" }
  | { readonly type: "waits"; readonly because: string }
  /** It will not be so by itself. Not yet firm: somebody may be about to start it again. */
  | { readonly type: "never"; readonly because: string; readonly isFirm: boolean };

/** What is known of a process: as it was when the waiting began, and as it is; null: it is gone. */
export interface Watched {
  readonly before: ProcessDetails;
  readonly now: ProcessDetails | null;
  /** A line of its output has matched. */
  readonly hasMatched: boolean;
}

const FORMS = "running, ready, healthy, stopped, exited, exited=CODE or log=/regex/";

export function readGoal(text: string): Goal | { readonly error: string } {
  switch (text) {
    case "running":
    case "ready":
    case "healthy":
    case "stopped":
      return { type: text };
    case "exited":
      return { type: "exited", code: null };
  }
  const code = /^exited=(\d{1,3})$/.exec(text)?.[1];
  if (code !== undefined && Number(code) < 256) return { type: "exited", code: Number(code) };
  const [, source, flags] = /^log=\/(.+)\/([imsu]*)$/s.exec(text) ?? [];
  if (source === undefined) return { error: `Error: --for ${text}: expected ${FORMS}` };
  try {
    return { type: "log", pattern: new RegExp(source, flags) };
  } catch (error) {
    return { error: `Error: --for ${text}: ${(error as Error).message}` };
  }
}

/** What of it a line says: `running`, `exited with status 3`. */
export function describeGoal(goal: Goal): string {
  if (goal.type === "log") return `log matches ${goal.pattern}`;
  if (goal.type === "exited" && goal.code !== null) return `exited with status ${goal.code}`;
  return goal.type;
}

export function judge(goal: Goal, watched: Watched): Verdict {
  const { now } = watched;
  if (now === null) {
    if (goal.type === "stopped") return { type: "holds" };
    return { type: "never", because: "it has been removed", isFirm: false };
  }
  if (isSo(goal, watched, now)) return { type: "holds" };
  if (goal.type === "healthy" && now.state === "RUNNING" && now.health === null) {
    return { type: "never", because: "nothing checks whether it is healthy", isFirm: true };
  }
  if (goal.type === "stopped" || !isDownForGood(now)) {
    return { type: "waits", because: stands(now) };
  }
  return { type: "never", because: stands(now), isFirm: now.state !== "STOPPED" };
}

function isSo(goal: Goal, { before, hasMatched }: Watched, now: ProcessDetails): boolean {
  switch (goal.type) {
    case "running":
      return now.state === "RUNNING";
    case "ready":
      return now.ready;
    case "healthy":
      return now.state === "RUNNING" && now.healthy === true;
    case "stopped":
      return isDownForGood(now);
    case "exited":
      return endedRuns(before, now).some(({ exitstatus }) =>
        goal.code === null || exitstatus === goal.code
      );
    case "log":
      return hasMatched;
  }
}

/** Nothing starts it again but somebody who wants it. */
function isDownForGood({ state, next_try_at, waits_for }: ProcessDetails): boolean {
  switch (state) {
    case "STOPPED":
      return waits_for === null;
    case "EXITED":
      return next_try_at === null && waits_for === null;
    default:
      return state === "FATAL" || state === "UNKNOWN";
  }
}

/**
 * The runs that have ended since then, also where it was started again meanwhile, and the last one
 * if it is over. A start that came to nothing was no run.
 */
function endedRuns(before: ProcessDetails, now: ProcessDetails): readonly AttemptDetails[] {
  const known = new Set(before.attempts.filter(hasEnded).map(({ started_at }) => started_at));
  return now.attempts.filter((attempt, index) =>
    attempt.pid !== null && hasEnded(attempt) &&
    (index === now.attempts.length - 1 || !known.has(attempt.started_at))
  );
}

function hasEnded({ duration_ms }: AttemptDetails): boolean {
  return duration_ms !== null;
}

/** `it is FATAL: can't find command 'x'`, `it is EXITED: exit status 3`. */
function stands({ state, description, ready, healthy, attempts }: ProcessDetails): string {
  if (state === "RUNNING") {
    if (!ready) return "it is RUNNING, but not ready";
    return healthy === false ? "it is RUNNING, but not healthy" : "it is RUNNING";
  }
  const last = attempts.at(-1);
  if (state === "EXITED" && last) return `it is EXITED: ${describeEnd(last)}`;
  return description === "" ? `it is ${state}` : `it is ${state}: ${description}`;
}
