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
  /** When it must be gone, or the next signal comes. */
  killDue: number;
  /** Signals that were sent to stop it. */
  stopSteps: number;
  /** The engine has sent its last run a SIGKILL: one day it is given up. */
  isKilled: boolean;
  /** It is being stopped, and to be started again. */
  returns: boolean;
  restartDue: number | null;
  /** Ends and failed starts in a row. */
  streak: number;
  /** It was restarted too often: now it is tried seldom. */
  isSlow: boolean;
  /** Why it has to be given up. */
  givesUp: string | null;
  /** When it was restarted by itself. */
  restarts: number[];
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

/** More starts in a row failed than startretries allows; -1 allows any number. */
export const hasFailedTooOften = (life: Life, failures: number = life.failures) =>
  life.config.startretries !== -1 && failures > life.config.startretries;

/** When another try is due. */
export const backoffEnd = (life: Life) => life.since + waitMs(life, life.failures * 1000);

/** How long it waits for a try where Supervisor waits so long: options of ours may say otherwise. */
export function waitMs(life: Life, supervisorsMs: number): number {
  const { type, restartdelaysecs, restartbackoff, startretries } = life.config;
  const isRetry = life.state === "BACKOFF" || type === "oneshot";
  const isEndless = isRetry && startretries === -1;
  const least = isEndless ? 1000 : 0;
  if (life.isSlow) return longestMs(life);
  if (restartbackoff) {
    return Math.max(
      Math.min((restartdelaysecs ?? 1) * 2 ** (life.streak - 1) * 1000, longestMs(life)),
      least,
    );
  }
  if (restartdelaysecs !== null) return Math.max(restartdelaysecs * 1000, least);
  return isEndless ? Math.min(supervisorsMs, 60_000) : supervisorsMs;
}

/** Who was up for as long starts at the beginning again. */
const longestMs = ({ config: { restartbackoff } }: Life) => (restartbackoff?.cap ?? 60) * 1000;

/** One more end or failed start. */
export function growStreak(life: Life): void {
  const { ended, config: { type } } = life;
  const lasted = type !== "oneshot" && ended !== null && ended.uptimeMs >= longestMs(life);
  if (lasted) life.isSlow = false;
  life.streak = lasted ? 1 : life.streak + 1;
}

/** Why it must not simply come back; what came of that is not decided here. */
export function limitOf(life: Life, now: number): string | null {
  const { type, restartlimit } = life.config;
  if (type === "oneshot") {
    return hasFailedTooOften(life, life.streak)
      ? `Bad exit code ${exitstatus(life.ended!.exit)}`
      : null;
  }
  if (restartlimit === null || life.isSlow) return null;
  const { restarts, seconds } = restartlimit;
  const recent = life.restarts.filter((moment) => moment > now - seconds * 1000);
  return recent.length < restarts ? null : `restarted ${restarts} times in ${seconds} s`;
}

/** The signals that ask it to stop, with the milliseconds that it has after each. */
export function stopSteps({ config }: Life): readonly { signal: number; ms: number }[] {
  const { stopsignals, stopsignal, stopwaitsecs } = config;
  const steps = stopsignals ?? [{ signal: stopsignal, seconds: null }];
  return steps.map(({ signal, seconds }) => ({ signal, ms: (seconds ?? stopwaitsecs) * 1000 }));
}

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
    stopSteps: 0,
    isKilled: false,
    returns: false,
    restartDue: null,
    streak: 0,
    isSlow: false,
    givesUp: null,
    restarts: [],
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
