/** Signals that a daemon acts on. */
import os from "node:os";
import { libc } from "./libc.ts";

export type DaemonSignal =
  | "SIGTERM"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGHUP"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGCHLD";

const SIGPIPE = 13;
const SIG_IGN = 1;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIGSET_BYTES = 128;

/** Those that somebody sends who wants something. */
const REQUESTS: readonly DaemonSignal[] = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR2"];

const holders = new Map<DaemonSignal, () => void>();
const held = new Set<DaemonSignal>();

/**
 * As PID 1: keeps what is asked of us from now on until somebody acts on it. The system drops a
 * signal to PID 1 that has no handler, and a container that was told to stop would run on.
 * Everybody else ends by it, which is as well: nothing is started yet.
 *
 * @param startsAnew This process is about to execute: what is asked of it waits for what comes then.
 */
export function holdSignals(startsAnew: boolean): void {
  if (process.pid !== 1) return;
  if (startsAnew) return void libc().sigprocmask(SIG_BLOCK, requestSet(), null);
  for (const signal of REQUESTS) {
    const holder = () => void held.add(signal);
    holders.set(signal, holder);
    process.on(signal, holder);
  }
  libc().sigprocmask(SIG_UNBLOCK, requestSet(), null);
}

function requestSet(): Uint8Array {
  const set = new Uint8Array(SIGSET_BYTES);
  for (const name of REQUESTS) {
    const bit = os.constants.signals[name] - 1;
    set[bit >> 3]! |= 1 << (bit & 7);
  }
  return set;
}

/** Whoever goes away while we write to them must not take us along. */
export function ignorePipeSignal(): void {
  libc().signal(SIGPIPE, SIG_IGN);
}

/** @param handler Called after whoever calls this, also for a signal that was held. */
export function onSignal(signal: DaemonSignal, handler: () => void): void {
  process.on(signal, handler);
  const holder = holders.get(signal);
  if (holder) process.off(signal, holder);
  if (held.delete(signal)) queueMicrotask(handler);
}

/** Faults of our own that nobody caught. The process goes on: its programs need it. */
export function onUnexpected(handler: (error: unknown) => void): void {
  process.on("uncaughtException", handler);
  process.on("unhandledRejection", handler);
}
