/** Processes as the usage document tells of them. For tests. */
import { details } from "../../../tests/support/fake_details.ts";
import type { ProcessState } from "../../model/state.ts";
import type { ProcessUsage, UsageDocument } from "../../model/usage.ts";
import type { TopRow } from "./rows.ts";

export function row(name: string, members: Partial<TopRow> = {}): TopRow {
  return {
    name,
    state: "RUNNING",
    pid: 7,
    uptimeMs: 61_000,
    cpu: 1.5,
    memory: 3 << 20,
    restarts: 0,
    line: "",
    ...members,
  };
}

interface Given {
  readonly state?: ProcessState;
  readonly pid?: number | null;
  readonly cpuMs?: number;
  readonly pss?: number | null;
  readonly line?: string | null;
  readonly restarts?: number;
}

export function usage(spec: string, given: Given = {}): ProcessUsage {
  const [group, name = group] = spec.split(":") as [string, string?];
  const { state = "RUNNING", pid = 7, cpuMs = 0, pss = null, line = null, restarts = 0 } = given;
  return {
    ...details(name, { group, state, pid, started_at: pid === null ? null : 1_000 }),
    usage: pid === null
      ? null
      : { processes: 1, cpu_ms: cpuMs, rss_bytes: 2 << 20, pss_bytes: pss },
    last_line: line,
    restarts,
  };
}

export function usageAt(seconds: number, ...processes: readonly ProcessUsage[]): UsageDocument {
  return { schema: 1, now: 1_000 + seconds * 1000, clock_ms: seconds * 1000, processes };
}
