/** The whole life of a process as a function: what happened in, what follows out. */
import type { ProcessConfig } from "../model/config.ts";
import { type Exit, exitStatus } from "../model/exit.ts";
import { SIGKILL, SIGTERM } from "../model/signal.ts";
import type { ProcessState } from "../model/state.ts";
import { isTooMany, longer, type Streak, waitAfterFailure } from "./restart_policy.ts";

/** The options that decide how a process lives and dies; durations in whole seconds. */
export type Policy = Pick<
  ProcessConfig,
  | "autorestart"
  | "startsecs"
  | "startretries"
  | "exitcodes"
  | "stopsignal"
  | "stopwaitsecs"
  | "stopasgroup"
  | "killasgroup"
  | "type"
  | "restartdelaysecs"
  | "restartbackoff"
  | "restartlimit"
  | "restartlimit_action"
  | "stopsignals"
  | "stop_command"
  | "pre_start"
  | "post_stop"
>;

/** Commands that are run around a program; `reload_command` has no part in its life. */
export type Hook = "pre_start" | "stop_command" | "post_stop";

/**
 * Where a process is. `failures` counts the starts in a row that did not last: stopping a process
 * does not forget them, RUNNING, EXITED and FATAL do.
 */
export interface Status {
  readonly state: ProcessState;
  readonly failures: number;
  /** While STOPPING: how the process itself ended, where others of its process group live on. */
  readonly left?: Exit;
  /** Of a program whose options ask for it: what came of its last starts. */
  readonly streak?: Streak;
  /** While STARTING, and STOPPING from there: hooks have to end first, and there is no process. */
  readonly isPreparing?: true;
  /** While STOPPING: stop_command was run in place of the signal. */
  readonly isCommanded?: true;
  /** While STOPPING: which of stopsignals was sent last, if it was not the first. */
  readonly step?: number;
  /** While STOPPING: the process is gone, and this is how it ended; post_stop is not over. */
  readonly ended?: Exit;
  /** While STOPPING, and STOPPED after that: it is to be started again. */
  readonly returns?: true;
}

/** Something that happened to a process, or was asked of it. */
export type ProcessEvent =
  | { readonly type: "start" | "stop" | "timeout" }
  /** Stopped, and started again. */
  | { readonly type: "restart" }
  /** The daemon ends: what waits for another try never gets it. */
  | { readonly type: "abandon" }
  /** It was restarted too often, for that reason; its `restartlimit_action` says what follows. */
  | { readonly type: "limited"; readonly reason: string }
  | { readonly type: "spawnFailed"; readonly reason: string; readonly chance?: number }
  /**
   * `uptimeMs` is counted from the spawn; `chance` is random, from 0 to 1, for waits that vary.
   * `groupLives`: others of its process group are still there; asked only of a process that is being
   * stopped with them.
   */
  | {
    readonly type: "exited";
    readonly exit: Exit;
    readonly uptimeMs: number;
    readonly chance?: number;
    readonly groupLives?: boolean;
  }
  /** A hook is over; `failure` says what went wrong with it. */
  | {
    readonly type: "hookEnded";
    readonly hook: Hook;
    readonly failure: string | null;
    readonly chance?: number;
  }
  /** Nobody of an ended process's group is left. */
  | { readonly type: "groupGone" }
  /** The system would not deliver a signal, for a reason other than that the process is gone. */
  | { readonly type: "signalFailed" };

/** Something to do in the world. */
export type Effect =
  | { readonly type: "spawn" }
  | { readonly type: "signal"; readonly signal: number; readonly toGroup: boolean }
  | { readonly type: "hook"; readonly hook: Hook }
  /** A signal to the pre_start that is running, if it is. */
  | { readonly type: "signalHook"; readonly signal: number }
  | { readonly type: "timer"; readonly ms: number }
  | { readonly type: "spawnerr"; readonly text: string }
  | { readonly type: "exitstatus"; readonly status: number }
  | { readonly type: "log"; readonly entry: Remark };

/** What there is to say of a step; the words are in `remark.ts`. */
export type Remark =
  | { readonly type: "success"; readonly startsecs: number }
  | { readonly type: "exited" | "stopped"; readonly exit: Exit; readonly expected: boolean }
  | { readonly type: "gaveUp" | "killing" | "leftGroup" }
  | { readonly type: "limited"; readonly reason: string; readonly isSlow: boolean }
  | { readonly type: "escalating"; readonly signal: number }
  | { readonly type: "spawnerr"; readonly reason: string };

export interface Step {
  /** States passed on the way, oldest first; listeners hear of each. */
  readonly through: readonly Status[];
  readonly status: Status;
  readonly effects: readonly Effect[];
}

/** What cannot die (it waits for a device) is not killed over and over without a pause. */
const SHORTEST_REPEAT_SECS = 1;

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

function whenStopping(status: Status, event: ProcessEvent, policy: Policy): Step | undefined {
  if (event.type === "stop") return stay(staying(status)); // whoever asks does not want it back
  if (status.isPreparing) return whenNotStarted(status, event);
  if (status.ended) {
    const isOver = event.type === "hookEnded" && event.hook === "post_stop";
    return isOver ? stopped(status.ended, status, policy) : undefined;
  }
  switch (event.type) {
    case "exited":
      if (event.groupLives) {
        return {
          ...stay({ ...status, left: event.exit }),
          effects: [remark({ type: "leftGroup" })],
        };
      }
      return gone(event.exit, status, policy);
    case "groupGone":
      return status.left && gone(status.left, status, policy);
    case "hookEnded": // a stop_command that failed: then the signal has to do
      if (event.failure === null || !status.isCommanded || status.left) return undefined;
      return { ...stay(status), effects: [stopSignal(policy.stopsignal, policy)] };
    case "timeout":
      return escalate(status, policy);
  }
}

/** It is stopped before it was started: only a hook has to end. */
function whenNotStarted(status: Status, event: ProcessEvent): Step | undefined {
  switch (event.type) {
    case "hookEnded":
      return to("STOPPED", status.failures);
    case "timeout":
      return { ...stay(status), effects: [{ type: "signalHook", signal: SIGKILL }] };
  }
}

/** The time to stop is over and it is still here: the next of its stopsignals, or SIGKILL. */
function escalate(status: Status, policy: Policy): Step {
  const { isCommanded: _, ...waiting } = status;
  const step = (status.step ?? 0) + 1;
  const next = policy.stopsignals?.[step];
  if (next) {
    const wait = (next.seconds ?? policy.stopwaitsecs) * 1000;
    return {
      through: [],
      status: { ...waiting, step },
      effects: [
        remark({ type: "escalating", signal: next.signal }),
        { type: "timer", ms: wait },
        stopSignal(next.signal, policy, status.left !== undefined),
      ],
    };
  }
  return {
    through: [],
    status: waiting,
    effects: [
      remark({ type: "killing" }),
      { type: "timer", ms: Math.max(policy.stopwaitsecs, SHORTEST_REPEAT_SECS) * 1000 },
      { type: "signal", signal: SIGKILL, toGroup: policy.killasgroup },
    ],
  };
}

/** @param isLeft Only others of its group are there to get it. */
function stopSignal(signal: number, { stopasgroup }: Policy, isLeft = false): Effect {
  return { type: "signal", signal, toGroup: stopasgroup || isLeft };
}

/** The process and all that is stopped with it have ended. */
function gone(exit: Exit, status: Status, policy: Policy): Step {
  if (policy.post_stop === null) return stopped(exit, status, policy);
  const { left: _, ...over } = status;
  return { through: [], status: { ...over, ended: exit }, effects: [run("post_stop")] };
}

function stopped(exit: Exit, { failures, returns }: Status, policy: Policy): Step {
  const step = to("STOPPED", failures, [
    { type: "exitstatus", status: exitStatus(exit) },
    remark({ type: "stopped", exit, expected: isExpected(exit, policy) }),
  ]);
  return returns ? returning(step) : step;
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

function returning(step: Step): Step {
  return { ...step, status: { ...step.status, returns: true } };
}

function staying({ returns: _, ...status }: Status): Status {
  return status;
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

function stay(status: Status): Step {
  return { through: [], status, effects: [] };
}

function to(state: ProcessState, failures: number, effects: readonly Effect[] = []): Step {
  return { through: [], status: { state, failures }, effects };
}

function remark(entry: Remark): Effect {
  return { type: "log", entry };
}

function run(hook: Hook): Effect {
  return { type: "hook", hook };
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

function stopNow(failures: number, policy: Policy): Step {
  const [first] = policy.stopsignals ?? [];
  const wait = { type: "timer", ms: (first?.seconds ?? policy.stopwaitsecs) * 1000 } as const;
  if (policy.stop_command !== null) {
    const status: Status = { state: "STOPPING", failures, isCommanded: true };
    return { through: [], status, effects: [wait, run("stop_command")] };
  }
  const signal = stopSignal(first?.signal ?? policy.stopsignal, policy);
  return to("STOPPING", failures, [wait, signal]);
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

/** @see spec/processes.md §5, "exitstatus": an end by a signal is never expected. */
export function isExpected(exit: Exit, policy: Pick<Policy, "exitcodes">): boolean {
  return policy.exitcodes.includes(exitStatus(exit));
}
