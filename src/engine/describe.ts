/** A process's state in words. @see spec/processes.md §6 */
import { describeWaiting } from "./dependencies.ts";
import { type ManagedProcess, nextTryAt } from "./process.ts";
import { hasOwnWaits } from "./restart_policy.ts";

/** @param now Monotonic milliseconds. */
export function describeProcess(process: ManagedProcess, now: number): string {
  if (process.waiting) return describeWaiting(process.waiting.unmet.values());
  switch (process.status.state) {
    case "RUNNING":
      return `pid ${process.pid}, uptime ${formatUptime(now - process.startedAt)}` +
        healthSuffix(process);
    case "FATAL":
    case "BACKOFF":
      return (process.spawnerr || `unknown error (try "tail ${process.config.name}")`) +
        formatNextTry(process, now);
    case "STOPPED":
    case "EXITED":
      if (process.laststart === 0) return "Not started";
      return formatStop(new Date(process.laststop)) + formatNextTry(process, now);
    case "STARTING":
      return process.status.isPreparing ? describeHooks(process) : "";
    case "STOPPING":
      return process.status.isPreparing || process.status.ended ? describeHooks(process) : "";
    default:
      return "";
  }
}

function describeHooks({ hooks }: ManagedProcess): string {
  return `waiting for ${[...hooks.keys()].join(", ")}`;
}

/** `, next try in 0:00:12`, where the program has waits of its own and one is going on. */
function formatNextTry(process: ManagedProcess, now: number): string {
  const at = hasOwnWaits(process.config) ? nextTryAt(process) : null;
  return at === null ? "" : `, next try in ${formatUptime(at - now)}`;
}

/** What checks say of it, as its description ends; empty for a program without any. */
export function healthSuffix({ status, ready, healthy }: ManagedProcess): string {
  if (status.state !== "RUNNING") return "";
  if (healthy === false) return ", unhealthy";
  if (ready === false) return ", not ready";
  if (healthy) return ", healthy";
  return ready ? ", ready" : "";
}

/** `0:00:05`, `1 day, 1:01:01`, `2 days, 7:33:20`; less than nothing reads `0:00:00`. */
export function formatUptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (days === 0) return clock;
  return `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}

const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

/** `Nov 22 03:15 PM`, local time, always in English. */
export function formatStop(when: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = when.getHours();
  return `${MONTHS[when.getMonth()]} ${two(when.getDate())} ` +
    `${two(hours % 12 || 12)}:${two(when.getMinutes())} ${hours < 12 ? "AM" : "PM"}`;
}
