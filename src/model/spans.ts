/** Stretches of time and people, in words. */
import type { Asker } from "./details.ts";

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
];

/** `4 ms`, `1.2 s`, `12 s`, `3 minutes`, `1 hour`, `2 days`: as exact as somebody wants to know. */
export function inWords(ms: number): string {
  for (const [unit, name] of UNITS) {
    if (ms < unit) continue;
    const count = Math.floor(ms / unit);
    return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 1000)} s`;
}

/** `by an operator through XML-RPC (unix socket)`. */
export function byWhom({ via, peer }: Asker): string {
  if (via === "shutdown") return "by the daemon's shutdown";
  if (via === "update") return "by an update";
  if (via === "health check") return "by its health check";
  return `by an operator through ${via === "web page" ? "the web page" : via}${
    peer === null ? "" : ` (${peer})`
  }`;
}
