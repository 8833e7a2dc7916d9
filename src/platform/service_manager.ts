/**
 * Telling a service manager such as systemd how it goes, where one asked to be told.
 *
 * @see sd_notify(3), sd_watchdog_enabled(3)
 */
import type { Clock } from "./clock.ts";
import type { Environment } from "./environment.ts";
import { libc } from "./libc.ts";
import { connectDatagram, sendDatagram } from "./sockets.ts";

const CLOCK_MONOTONIC = 1;

/** What was said to visor alone: a program that had it too would speak, or listen, in its name. */
const OURS = [
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  "LISTEN_PID",
];

/** The part of an environment that is for programs. */
export function withoutServiceManager(environment: Environment): Environment {
  return new Map([...environment].filter(([name]) => !OURS.includes(name)));
}

/** A process that takes our place is the one that the watchdog has to hear. */
export function handOverWatchdog(environment: Environment): void {
  if (process.env["WATCHDOG_PID"] === String(process.pid)) environment.delete("WATCHDOG_PID");
}

export function notifyUp(status: string): void {
  notify("READY=1", `MAINPID=${process.pid}`, `STATUS=${oneLine(status)}`);
}

/** A manager may believe nobody but the process that it started, which is not the one that stays. */
export function notifySuccessor(pid: number): void {
  notify("READY=1", `MAINPID=${pid}`);
}

/** Without the time a manager that waits for the end of a reload cannot tell which one it was. */
export function notifyReloading(status: string): void {
  notify("RELOADING=1", `MONOTONIC_USEC=${monotonicMicroseconds()}`, `STATUS=${oneLine(status)}`);
}

export function notifyStopping(status: string): void {
  notify("STOPPING=1", `STATUS=${oneLine(status)}`);
}

/** Says from now on, twice in each interval of the watchdog, that the loop turns. */
export function feedWatchdog(clock: Clock): void {
  const interval = watchdogInterval(process.env, process.pid);
  if (interval === null) return;
  function feed(): void {
    notify("WATCHDOG=1");
    clock.after(interval! / 2, feed);
  }
  feed();
}

/** @returns Milliseconds, or null where no watchdog waits for this process. */
export function watchdogInterval(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | null {
  const { WATCHDOG_PID: whom = String(pid), WATCHDOG_USEC: usec = "" } = env;
  if (whom !== String(pid) || !/^[1-9]\d{0,15}$/.test(usec)) return null;
  return Number(usec) / 1000;
}

/** A manager that does not listen is no trouble. */
function notify(...assignments: readonly string[]): void {
  const path = process.env["NOTIFY_SOCKET"];
  if (!path) return;
  try {
    const fd = connectDatagram(path);
    sendDatagram(fd, new TextEncoder().encode(assignments.join("\n")));
    libc().close(fd);
  } catch {
    return;
  }
}

/** An assignment ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** The clock that the manager compares with; a runtime's own counts from its start. */
function monotonicMicroseconds(): bigint {
  const time = new BigInt64Array(2);
  libc().clock_gettime(CLOCK_MONOTONIC, new Uint8Array(time.buffer));
  return time[0]! * 1_000_000n + time[1]! / 1000n;
}
