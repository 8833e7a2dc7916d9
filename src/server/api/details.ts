/** A process in the schema of the JSON API. */
import { describeProcess } from "../../engine/describe.ts";
import { isReady, type ManagedProcess } from "../../engine/process.ts";
import type { ProcessDetails } from "../../model/details.ts";
import type { Daemon } from "../daemon.ts";

export function processDetails(daemon: Daemon, process: ManagedProcess): ProcessDetails {
  return {
    group: process.group,
    name: process.config.name,
    state: process.status.state,
    description: describeProcess(process, daemon.supervisor.clock.now()),
    pid: process.pid || null,
    ready: isReady(process),
    healthy: process.healthy,
    health: process.health,
    started_at: process.laststart || null,
    stopped_at: process.laststop || null,
    exitstatus: process.lastExit === null ? null : process.exitstatus,
    spawnerr: process.spawnerr || null,
  };
}
