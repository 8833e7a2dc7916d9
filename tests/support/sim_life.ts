/** What the rules of the simulation know of one process. */
import type { ManagedProcess } from "../../src/engine/process.ts";
import type { ProcessConfig } from "../../src/model/config.ts";
import type { Exit } from "../../src/model/exit.ts";
import type { ProcessState } from "../../src/model/state.ts";

interface Ended {
  readonly exit: Exit;
  readonly uptimeMs: number;
}

/** What is known of one process. Moments are monotonic milliseconds. */
export interface Life {
  readonly process: ManagedProcess;
  readonly config: ProcessConfig;
  readonly groupPriority: number;
  state: ProcessState;
  since: number;
  /** Starts in a row that did not last. */
  failures: number;
  /** The same, as it was until its last change of state. */
  failuresBefore: number;
  /** How often it was tried to start it. */
  starts: number;
  /** Of its last run. */
  pid: number;
  startedAt: number;
  /** Its last run's number was given to another: nobody of its group can be left. */
  isPidReused: boolean;
  /** How the last run ended; null while it runs. */
  ended: Ended | null;
  spawnFailure: string | null;
  /** A signal to it was refused: it is out of our hands. */
  isRefused: boolean;
  /** What somebody asks of it just now. */
  asked: "start" | "stop" | null;
  owesStopSignal: boolean;
  killDue: number;
  /** The engine has sent its last run a SIGKILL: one day it is given up. */
  isKilled: boolean;
  /** It is being stopped, and to be started again. */
  returns: boolean;
  restartDue: number | null;
  /** When its restarts would be paid for, at one a second. */
  paidUntil: number;
  startWaits: number;
  stopWaits: number;
}

const DOWN: readonly ProcessState[] = ["STOPPED", "EXITED", "FATAL", "UNKNOWN"];
const UP: readonly ProcessState[] = ["STARTING", "RUNNING", "BACKOFF"];

export const isDown = ({ state }: Life) => DOWN.includes(state);
/** A stop request has something to do. */
export const canStop = ({ state, restartDue, returns }: Life) =>
  UP.includes(state) || restartDue !== null || returns;

/** When another try is due. */
export const backoffEnd = ({ since, failures }: Life) => since + failures * 1000;

/** It ended before its startsecs were over. */
export const wasTooQuick = ({ ended, config }: Life) =>
  ended !== null && ended.uptimeMs < config.startsecs * 1000;

/** A process that was never started. */
export function newLife(process: ManagedProcess, groupPriority: number, now: number): Life {
  return {
    process,
    config: process.config,
    groupPriority,
    state: "STOPPED",
    since: now,
    failures: 0,
    failuresBefore: 0,
    starts: 0,
    pid: 0,
    startedAt: 0,
    isPidReused: false,
    ended: null,
    spawnFailure: null,
    isRefused: false,
    asked: null,
    owesStopSignal: false,
    killDue: Infinity,
    isKilled: false,
    returns: false,
    restartDue: null,
    paidUntil: 0,
    startWaits: 0,
    stopWaits: 0,
  };
}

/** Whether its end, if it has ended, is one that its `exitcodes` name. */
export function endedAsExpected({ ended, config }: Life): boolean {
  return ended !== null && config.exitcodes.includes(exitstatus(ended.exit));
}

/** What clients read as `exitstatus`: an end by a signal is -1. */
export const exitstatus = (exit: Exit) => exit.type === "code" ? exit.code : -1;

/** A rule that is broken ends the story. */
export function check(life: Life, isSo: boolean, complaint: string): void {
  if (!isSo) throw new Error(`${life.process.group}:${life.config.name} ${complaint}`);
}
