/** The rows of the table: two looks at what processes take become rates. */
import { namespec } from "../../model/namespec.ts";
import type { ProcessState } from "../../model/state.ts";
import type { ProcessUsage, UsageDocument } from "../../model/usage.ts";
import { printable } from "../cells.ts";

export interface TopRow {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly uptimeMs: number | null;
  /** Percent of one processor; null until there are two looks at the same process. */
  readonly cpu: number | null;
  /** Bytes: PSS where that was asked for and could be had, else RSS. */
  readonly memory: number | null;
  /** null where the daemon does not count them. */
  readonly restarts: number;
  readonly line: string;
}

/** @param before An earlier look, null for none. */
export function topRows(before: UsageDocument | null, now: UsageDocument): TopRow[] {
  const earlier = new Map(before?.processes.map((one) => [keyOf(one), one]));
  const elapsedMs = before ? now.clock_ms - before.clock_ms : 0;
  return now.processes.map((process) => ({
    name: printable(namespec(process.group, process.name)),
    state: process.state,
    pid: process.pid,
    uptimeMs: process.pid === null || process.started_at === null
      ? null
      : Math.max(0, now.now - process.started_at),
    cpu: share(earlier.get(keyOf(process)), process, elapsedMs),
    memory: process.usage?.pss_bytes ?? process.usage?.rss_bytes ?? null,
    restarts: process.restarts,
    line: printable(process.last_line ?? ""),
  }));
}

/** The same run of the same process. */
function keyOf({ group, name, pid }: ProcessUsage): string {
  return `${pid} ${group}:${name}`;
}

/** A child that ended without being waited for takes its time along: never less than nothing. */
function share(
  before: ProcessUsage | undefined,
  { usage }: ProcessUsage,
  elapsedMs: number,
): number | null {
  if (!usage || !before?.usage || elapsedMs <= 0) return null;
  return Math.max(0, 100 * (usage.cpu_ms - before.usage.cpu_ms) / elapsedMs);
}
