/** What the engine knows of one process, and how it tells others. */
import type { ProcessConfig } from "../model/config.ts";
import type { Processes } from "../model/dependency.ts";
import type { Asker, HealthDetails } from "../model/details.ts";
import type { Exit } from "../model/exit.ts";
import { isRunningState, isSignallableState } from "../model/state.ts";
import { namespec } from "../model/namespec.ts";
import { type History, NO_HISTORY, type SentSignal } from "./attempts.ts";
import type { Need, Unmet } from "./dependencies.ts";
import { FULL_BUDGET_MS, type RestartBudget } from "./reconcile.ts";
import type { Hook, ProcessEvent, Status } from "./step.ts";

export interface WaitFor extends Processes {
  readonly need: Need;
}

/** A start that is held back. */
export interface Waiting {
  /** What will happen to the process then. */
  readonly event: ProcessEvent;
  readonly needs: readonly WaitFor[];
  /** By the number of the need, and the process; not empty. */
  readonly unmet: Map<string, Unmet>;
}

/** A command that is run for a process. */
export interface RunningHook {
  /** To its process group. */
  signal(signal: number): void;
}

/** One process of an active group. Plain data, but for its timer, its hooks and those who watch it. */
export interface ManagedProcess {
  readonly group: string;
  /** An update may change it, see `Supervisor.adopt`. */
  config: ProcessConfig;
  status: Status;
  /** 0 when there is none. */
  pid: number;
  /** The process group of its last run: that run's pid. */
  pgid: number;
  /** Why the last start failed or the last exit was unexpected; empty if there is nothing to say. */
  spawnerr: string;
  exitstatus: number;
  /** How its last run ended; null if it never ran. */
  lastExit: Exit | null;
  /** Wall-clock milliseconds of the last start and end; 0 for never. */
  laststart: number;
  laststop: number;
  /** Monotonic milliseconds of the last start. */
  startedAt: number;
  /** Monotonic milliseconds of the first SIGKILL since then; null if it got none from us. */
  killedAt: number | null;
  budget: RestartBudget;
  /** Monotonic moments of its last restarts, as far as its `restartlimit` counts them. */
  restarts: readonly number[];
  /** What its readiness says of this run; null where it has none: then RUNNING is ready. */
  ready: boolean | null;
  /** What its health checks say of this run; null where there are none, or none has ended. */
  healthy: boolean | null;
  /** null: it is not waiting for others to start. */
  waiting: Waiting | null;
  history: History;
  /** Who had it stopped since its last start; null also where nobody is known. */
  stopper: Asker | null;
  /** The last signal that somebody had sent to this run. */
  sent: SentSignal | null;
  /** An operator has stopped it, and nobody has started it since. */
  stoppedByOperator: boolean;
  /** What its checks said of its last run, and it itself; null where there is nothing of the kind. */
  health: HealthDetails | null;
  /** Cancels the one timer that its state may have. */
  timer: (() => void) | null;
  /** Monotonic milliseconds at which that timer is due; null where there is none. */
  timerDue: number | null;
  /** Hooks that are running. A signal to one is lost if it is not there any more. */
  readonly hooks: Map<Hook, RunningHook>;
  /** Called after each change of state, and of what checks say of it. */
  readonly watchers: Set<() => void>;
}

export interface ManagedGroup<C> {
  /** An update may change both, see `Supervisor.reshape`. */
  config: C;
  /** By process name, in the order of ascending priority. */
  processes: ReadonlyMap<string, ManagedProcess>;
}

export function newProcess(group: string, config: ProcessConfig, now: number): ManagedProcess {
  return {
    group,
    config,
    status: { state: "STOPPED", failures: 0 },
    pid: 0,
    pgid: 0,
    spawnerr: "",
    exitstatus: 0,
    lastExit: null,
    laststart: 0,
    laststop: 0,
    startedAt: 0,
    killedAt: null,
    budget: { ms: FULL_BUDGET_MS, at: now },
    restarts: [],
    ready: null,
    healthy: null,
    waiting: null,
    history: NO_HISTORY,
    stopper: null,
    sent: null,
    stoppedByOperator: false,
    health: null,
    timer: null,
    timerDue: null,
    hooks: new Map(),
    watchers: new Set(),
  };
}

/** How people name it: `web`, or `site:web` in a group of another name. */
export function processNamespec(process: ManagedProcess): string {
  return namespec(process.group, process.config.name);
}

/** Whether a stop has something to do: it is up, or it would come back by itself. */
export function isStoppable(process: ManagedProcess): boolean {
  const { status: { state, returns }, waiting } = process;
  return isRunningState(state) || awaitsRestart(process) || waiting !== null ||
    state === "STOPPING" && returns === true;
}

/** It waits for something that will not be until somebody does something about it. */
export function isStuck({ waiting }: ManagedProcess): boolean {
  if (waiting === null) return false;
  for (const { trouble } of waiting.unmet.values()) if (trouble !== null) return true;
  return false;
}

/** It is up, and says so itself where it has a way to. */
export function isReady({ status, ready }: ManagedProcess): boolean {
  return status.state === "RUNNING" && ready !== false;
}

/** There is a process that a signal could reach; of a stop it may be that only its group is left. */
export function isSignallable({ pid, status }: ManagedProcess): boolean {
  return pid !== 0 && isSignallableState(status.state);
}

/** Monotonic milliseconds at which it is started again by itself; null if it is not. */
export function nextTryAt(process: ManagedProcess): number | null {
  return process.status.state === "BACKOFF" || awaitsRestart(process) ? process.timerDue : null;
}

/** An update leaves it down, because an operator has stopped it. */
export function isKeptStopped({ config, stoppedByOperator }: ManagedProcess): boolean {
  return config.keepstopped === true && stoppedByOperator;
}

/** It ended, and it is already decided that it comes back. */
export function awaitsRestart({ status, timer }: ManagedProcess): boolean {
  return (status.state === "EXITED" || status.state === "STOPPED") && timer !== null;
}
