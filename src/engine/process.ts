/** What the engine knows of one process, and how it tells others. */
import type { ProcessConfig } from "../model/config.ts";
import type { Exit } from "../model/exit.ts";
import { isRunningState, isSignallableState } from "../model/state.ts";
import { namespec } from "../model/namespec.ts";
import { RESTART_BURST, type RestartBudget } from "./reconcile.ts";
import type { Hook, Status } from "./transition.ts";

/** A command that is run for a process. */
export interface RunningHook {
  /** To its process group. */
  signal(signal: number): void;
}

/** One process of an active group. Plain data, but for its timer, its hooks and those who watch it. */
export interface ManagedProcess {
  readonly group: string;
  readonly config: ProcessConfig;
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
  /** Cancels the one timer that its state may have. */
  timer: (() => void) | null;
  /** Monotonic milliseconds: when that timer is due. */
  dueAt: number;
  /** Hooks that are running. A signal to one is lost if it is not there any more. */
  readonly hooks: Map<Hook, RunningHook>;
  /** Called after each change of state, and of what checks say of it. */
  readonly watchers: Set<() => void>;
}

export interface ManagedGroup<C> {
  readonly config: C;
  /** By process name, in the order of ascending priority. */
  readonly processes: ReadonlyMap<string, ManagedProcess>;
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
    budget: { restarts: RESTART_BURST, at: now },
    restarts: [],
    ready: null,
    healthy: null,
    timer: null,
    dueAt: 0,
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
  return isRunningState(process.status.state) || awaitsRestart(process);
}

/** It is up, and says so itself where it has a way to. */
export function isReady({ status, ready }: ManagedProcess): boolean {
  return status.state === "RUNNING" && ready !== false;
}

/** There is a process that a signal could reach; of a stop it may be that only its group is left. */
export function isSignallable({ pid, status }: ManagedProcess): boolean {
  return pid !== 0 && isSignallableState(status.state);
}

/** It ended, and autorestart has already decided that it comes back. */
export function awaitsRestart(process: ManagedProcess): boolean {
  return process.status.state === "EXITED" && process.timer !== null;
}

/** Monotonic milliseconds of the next try that it will get by itself; null if there is none. */
export function nextTryAt(process: ManagedProcess): number | null {
  const waits = process.status.state === "BACKOFF" || awaitsRestart(process);
  return waits && process.timer !== null ? process.dueAt : null;
}
