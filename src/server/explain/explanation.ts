/** Why a process is as it is. */
import { type ManagedProcess, processNamespec } from "../../engine/process.ts";
import { lastLines } from "../../logs/last_lines.ts";
import { oneLine } from "../../logs/one_line.ts";
import type { Channel } from "../../model/config.ts";
import type { Explanation, LastLines, ProcessDetails } from "../../model/details.ts";
import { processDetails } from "../api/details.ts";
import type { Daemon } from "../daemon.ts";
import { advise } from "./advice.ts";
import type { Facts } from "./facts.ts";
import { summarize } from "./summary.ts";

export function explain(daemon: Daemon, process: ManagedProcess): Explanation {
  const facts: Facts = {
    name: processNamespec(process),
    process: processDetails(daemon, process),
    config: process.config,
    now: daemon.wall(),
    lastLines: linesOf(daemon, process),
    file: daemon.commandFile(process),
  };
  return {
    process: facts.process,
    summary: oneLine(summarize(facts)),
    advice: advise(facts).map(oneLine),
    last_lines: facts.lastLines,
  };
}

/** What it says of its troubles: stderr, and where there is nothing stdout. */
function linesOf(daemon: Daemon, process: ManagedProcess): LastLines | null {
  const channels: readonly Channel[] = process.config.redirect_stderr
    ? ["stdout"]
    : ["stderr", "stdout"];
  for (const channel of channels) {
    const lines = lastLines(daemon.latestOutput(process, channel));
    if (lines.length > 0) return { channel, lines };
  }
  return null;
}

/** Somebody should look at it: it is not as it should be, or waits. */
export function isTroubled(
  { state, spawnerr, ready, healthy, waits_for }: ProcessDetails,
): boolean {
  switch (state) {
    case "FATAL":
    case "BACKOFF":
    case "UNKNOWN":
      return true;
    case "EXITED":
      return spawnerr !== null;
    case "RUNNING":
      return !ready || healthy === false;
    default:
      return waits_for !== null;
  }
}
