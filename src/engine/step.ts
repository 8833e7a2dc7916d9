/** What the life of a process is told in: its states, what happens in them, and what follows. */
import type { ProcessConfig } from "../model/config.ts";
import { type Exit, exitStatus } from "../model/exit.ts";
import type { ProcessState } from "../model/state.ts";
import type { Streak } from "./restart_policy.ts";

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

export function stay(status: Status): Step {
  return { through: [], status, effects: [] };
}

export function to(state: ProcessState, failures: number, effects: readonly Effect[] = []): Step {
  return { through: [], status: { state, failures }, effects };
}

export function remark(entry: Remark): Effect {
  return { type: "log", entry };
}

export function run(hook: Hook): Effect {
  return { type: "hook", hook };
}

/** @see spec/processes.md §5, "exitstatus": an end by a signal is never expected. */
export function isExpected(exit: Exit, policy: Pick<Policy, "exitcodes">): boolean {
  return policy.exitcodes.includes(exitStatus(exit));
}
