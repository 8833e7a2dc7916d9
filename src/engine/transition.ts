/** The whole life of a process as a function: what happened in, what follows out. */
import { type Exit, exitStatus } from "../model/exit.ts";
import { SIGTERM } from "../model/signal.ts";
import { isTooMany, longer, type Streak, waitAfterFailure } from "./restart_policy.ts";
import {
  type Effect,
  isExpected,
  type Policy,
  type ProcessEvent,
  remark,
  run,
  type Status,
  stay,
  type Step,
  to,
} from "./step.ts";
import { returning, staying, stopNow, whenStopping } from "./stopping.ts";

const QUICK_EXIT = "Exited too quickly (process log may have details)";

/**
 * Advance one process by one event.
 *
 * Each state has at most one timer, and entering a state ends the timer of the one before, so no
 * effect says "cancel". An event that means nothing in a state changes nothing: a late timer or a
 * second stop is ordinary life, not a fault.
 *
 * @see spec/processes.md §5
 */
export function transition(status: Status, event: ProcessEvent, policy: Policy): Step {
  if (event.type === "signalFailed") return to("UNKNOWN", 0);
  switch (status.state) {
    case "STARTING":
      return whenStarting(status, event, policy) ?? stay(status);
    case "RUNNING":
      return whenRunning(status, event, policy) ?? stay(status);
    case "STOPPING":
      return whenStopping(status, event, policy) ?? stay(status);
    case "BACKOFF":
      return whenBackoff(status, event, policy) ?? stay(status);
    case "UNKNOWN":
      return stay(status);
    case "EXITED":
      return whenExited(status, event, policy) ?? stay(status);
    case "STOPPED":
      return whenStopped(status, event, policy) ?? stay(status);
    default: // FATAL: down until someone asks for a start
      return event.type === "start" ? startNow(status.failures, policy) : stay(status);
  }
}

function whenStarting(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  if (status.isPreparing) return whenPreparing(status, event, policy);
  switch (event.type) {
    case "timeout":
      return onStreak(
        to("RUNNING", 0, [remark({ type: "success", startsecs: policy.startsecs })]),
        status.streak,
      );
    case "stop":
      return stopNow(status.failures, policy);
    case "restart":
      return returning(stopNow(status.failures, policy));
    case "spawnFailed":
      return failed(status, event, {
        reason: event.reason,
        said: remark({ type: "spawnerr", reason: event.reason }),
      }, policy);
    case "exited": {
      // startsecs were over, only the timer had not said so yet: it was up, if not for long.
      if (event.uptimeMs >= policy.startsecs * 1000) {
        const ended = ending(status, event, policy);
        return { ...ended, through: [{ state: "RUNNING", failures: 0 }] };
      }
      const said = remark({ type: "exited", exit: event.exit, expected: false });
      const step = failed(status, event, { reason: QUICK_EXIT, said }, policy);
      return { ...step, effects: [...step.effects, ...afterwards(policy)] };
    }
  }
}

/** STARTING, but its hooks come first: post_stop of the last run, then pre_start. */
function whenPreparing(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  switch (event.type) {
    case "hookEnded":
      if (event.hook !== "pre_start") return { ...stay(status), effects: [run("pre_start")] };
      if (event.failure === null) return onStreak(launch(status.failures, policy), status.streak);
      return failed(status, event, {
        reason: event.failure,
        said: remark({ type: "spawnerr", reason: event.failure }),
      }, policy);
    case "stop":
      return {
        through: [],
        status: { state: "STOPPING", failures: status.failures, isPreparing: true },
        effects: [
          { type: "timer", ms: policy.stopwaitsecs * 1000 },
          { type: "signalHook", signal: SIGTERM },
        ],
      };
  }
}

function whenRunning(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  switch (event.type) {
    case "stop":
      return stopNow(0, policy);
    case "restart":
      return returning(stopNow(0, policy));
    case "exited":
      return ending(status, event, policy);
  }
}

/** A timer here means that it returns; see `reconcile.ts`. */
function whenStopped(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  switch (event.type) {
    case "start":
      return startNow(status.failures, policy);
    case "timeout":
      return status.returns && startNow(status.failures, policy);
    case "stop":
      return stay(staying(status));
  }
}

function whenBackoff(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  switch (event.type) {
    case "timeout":
      return onStreak(startNow(status.failures, policy), status.streak);
    case "stop":
      return to("STOPPED", status.failures);
    case "abandon":
      return to("FATAL", 0);
  }
}

/** A timer here means that autorestart wants it back; see `reconcile.ts`. */
function whenExited(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  switch (event.type) {
    case "start":
      return startNow(0, policy);
    case "timeout":
      return onStreak(startNow(0, policy), status.streak);
    case "limited":
      return limited(status, event.reason, policy);
    case "stop":
      return to("STOPPED", 0);
  }
}

function startNow(failures: number, policy: Policy): Step {
  if (policy.pre_start === null && policy.post_stop === null) return launch(failures, policy);
  return {
    through: [],
    status: { state: "STARTING", failures, isPreparing: true },
    effects: [run("pre_start")],
  };
}

/** The timer comes first: a spawn that fails leaves STARTING, and its timer, at once. */
function launch(failures: number, policy: Policy): Step {
  return to("STARTING", failures, [
    { type: "timer", ms: policy.startsecs * 1000 },
    { type: "spawn" },
  ]);
}

/** What comes after every end of a process that nobody stopped. */
function afterwards({ post_stop }: Policy): readonly Effect[] {
  return post_stop === null ? [] : [run("post_stop")];
}

/** The same, and what came of the last starts is not forgotten. */
function onStreak(step: Step, streak: Streak | undefined): Step {
  return streak === undefined ? step : { ...step, status: { ...step.status, streak } };
}

/** One more start that did not last. Listeners count on BACKOFF before FATAL. */
function failed(
  before: Status,
  { uptimeMs = 0, chance = 0 }: { readonly uptimeMs?: number; readonly chance?: number },
  { reason, said }: { readonly reason: string; readonly said: Effect },
  policy: Policy,
): Step {
  const failures = before.failures + 1;
  const streak = longer(before.streak, uptimeMs, policy);
  const backoff = onStreak(to("BACKOFF", failures), streak);
  const effects: readonly Effect[] = [{ type: "spawnerr", text: reason }, said];
  if (isTooMany(failures, policy)) {
    return {
      through: [backoff.status],
      status: { state: "FATAL", failures: 0 },
      effects: [...effects, remark({ type: "gaveUp" })],
    };
  }
  const ms = waitAfterFailure(failures, { streak, chance }, policy);
  return { ...backoff, effects: [...effects, { type: "timer", ms }] };
}

function ending(
  before: Status,
  { exit, uptimeMs }: { readonly exit: Exit; readonly uptimeMs: number },
  policy: Policy,
): Step {
  const status = exitStatus(exit);
  const expected = isExpected(exit, policy);
  const blame: Effect = { type: "spawnerr", text: `Bad exit code ${status}` };
  const step = to("EXITED", 0, [
    { type: "exitstatus", status },
    ...(expected ? [] : [blame]),
    remark({ type: "exited", exit, expected }),
    ...afterwards(policy),
  ]);
  return onStreak(step, longer(before.streak, uptimeMs, policy));
}

/** It is given up, or from now on tried now and then only. */
function limited(status: Status, reason: string, policy: Policy): Step {
  const isSlow = policy.restartlimit !== null && policy.restartlimit_action === "slow";
  const effects: readonly Effect[] = [
    { type: "spawnerr", text: reason },
    remark({ type: "limited", reason, isSlow }),
  ];
  if (!isSlow) return to("FATAL", 0, effects);
  const streak = { ends: status.streak?.ends ?? 1, isSlow };
  return { ...onStreak(stay(status), streak), effects };
}
