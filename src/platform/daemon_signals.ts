/** Signals that a daemon acts on. */
import { libc } from "./libc.ts";

export type DaemonSignal = "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR2" | "SIGCHLD";

const SIGPIPE = 13;
const SIG_IGN = 1;

/** Whoever goes away while we write to them must not take us along. */
export function ignorePipeSignal(): void {
  libc().signal(SIGPIPE, SIG_IGN);
}

export function onSignal(signal: DaemonSignal, handler: () => void): void {
  process.on(signal, handler);
}

/** Faults of our own that nobody caught. The process goes on: its programs need it. */
export function onUnexpected(handler: (error: unknown) => void): void {
  process.on("uncaughtException", handler);
  process.on("unhandledRejection", handler);
}
