/** What the processes take of the machine, measured when somebody asks. */
import type { ManagedProcess } from "../../engine/process.ts";
import { lastLine } from "../../logs/last_lines.ts";
import { SCHEMA } from "../../model/details.ts";
import type { UsageDocument } from "../../model/usage.ts";
import type { Daemon } from "../daemon.ts";
import { processesByName } from "../lookup.ts";
import { processDetails } from "./details.ts";

export async function usageDocument(daemon: Daemon, withPss: boolean): Promise<UsageDocument> {
  const pids = processesByName(daemon.supervisor).map(({ pid }) => pid).filter((pid) => pid > 0);
  const usages = await daemon.measureTrees(pids, withPss);
  return {
    schema: SCHEMA,
    now: daemon.wall(),
    clock_ms: daemon.supervisor.clock.now(),
    processes: processesByName(daemon.supervisor).map((process) => ({
      ...processDetails(daemon, process),
      usage: usages.get(process.pid) ?? null,
      last_line: lastLine(latestOutput(daemon, process)),
    })),
  };
}

/** Of its stdout; where that was silent, of its stderr. */
function latestOutput(daemon: Daemon, process: ManagedProcess): Uint8Array {
  const stdout = daemon.latestOutput(process, "stdout");
  return stdout.length > 0 ? stdout : daemon.latestOutput(process, "stderr");
}
