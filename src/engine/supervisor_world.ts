/** The world as the loop sees it: what it needs done, and whom it tells. */
import type { GroupConfig, LogLevel, ProcessConfig } from "../model/config.ts";
import type { ProcessState } from "../model/state.ts";
import type { Clock } from "../platform/clock.ts";
import type { Delivery } from "../platform/kill.ts";
import type { ManagedGroup, ManagedProcess, RunningHook } from "./process.ts";
import type { Hook, Status } from "./step.ts";

export type Group = ManagedGroup<GroupConfig>;

export type Launched =
  | { readonly ok: true; readonly pid: number }
  | { readonly ok: false; readonly reason: string };

/** A change of state as it happened. */
export interface StateChange {
  readonly process: ManagedProcess;
  readonly from: ProcessState;
  readonly to: Status;
  /** The pid it was about, also where the process is gone by now. */
  readonly pid: number;
  /** Of an exit: whether autorestart counts its status as expected. */
  readonly expected: boolean;
}

export interface SupervisorWorld {
  readonly clock: Clock;
  /** From 0 to 1. */
  random(): number;
  launch(process: ManagedProcess): Launched;
  /**
   * Runs one of its commands.
   *
   * @param onEnd Called once, later: with what went wrong, or null.
   */
  runHook(
    process: ManagedProcess,
    hook: Hook,
    onEnd: (failure: string | null) => void,
  ): RunningHook;
  /** @param toGroup To the whole process group that `pid` leads. */
  signal(pid: number, signal: number, toGroup: boolean): Delivery;
  /** Whether anybody is in the process group of a child that was reaped. */
  groupLives(pgid: number): boolean;
  /** To what a program with stopscope=tree has started and is not in its process group. */
  signalEscaped(process: ManagedProcess, signal: number): void;
  /** Whether such a process is there. */
  escapedLive(process: ManagedProcess): boolean;
  log(level: LogLevel, text: string): void;
  /** How an end is told that is none of our programs'. */
  readonly orphanLogLevel: LogLevel;
  stateChanged(change: StateChange): void;
  /** What checks say of it has changed; its state has not. */
  marked(process: ManagedProcess): void;
  /** It waits for others to start, or for something else than before, or no longer. */
  waitingChanged(process: ManagedProcess): void;
  /** An update gave it other options; it may be up. @returns What could not be done, if anything. */
  adopted(process: ManagedProcess, before: ProcessConfig): string | undefined;
  groupAdded(group: Group): void;
  /** Some of its processes are new, or gone. */
  groupReshaped(group: Group): void;
  groupRemoved(group: Group): void;
}
