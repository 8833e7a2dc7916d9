/** A process in the schema of the JSON API. */
import { describeProcess } from "../../engine/describe.ts";
import { isReady, type ManagedProcess, nextTryAt } from "../../engine/process.ts";
import type { ProcessDetails } from "../../model/details.ts";
import type { Daemon } from "../daemon.ts";

export function processDetails(daemon: Daemon, process: ManagedProcess): ProcessDetails {
  const { clock } = daemon.supervisor;
  const due = nextTryAt(process);
  return {
    group: process.group,
    name: process.config.name,
    state: process.status.state,
    description: describeProcess(process, clock.now()),
    pid: process.pid || null,
    ready: isReady(process),
    healthy: process.healthy,
    started_at: process.laststart || null,
    stopped_at: process.laststop || null,
    next_try_at: due === null ? null : Math.round(daemon.wall() + due - clock.now()),
    exitstatus: process.lastExit === null ? null : process.exitstatus,
    spawnerr: process.spawnerr || null,
  };
}
