/** Processes in the schema of the JSON API, whatever daemon there is. */
import { ApiError } from "../client/api_error.ts";
import type { DaemonClient } from "../client/daemon_client.ts";
import type { ProcessDetails } from "../model/details.ts";
import type { ProcessState } from "../model/state.ts";
import type { ProcessInfo } from "../rpc/structs.ts";
import { fullName } from "./process_name.ts";

/** @param infos Those that are asked for, as XML-RPC tells of them. */
export async function detailsOf(
  daemon: DaemonClient,
  infos: readonly ProcessInfo[],
): Promise<ProcessDetails[]> {
  const known = new Map(
    (await allDetails(daemon)).map((one) => [fullName(one), one]),
  );
  return infos.map((info) => known.get(fullName(info)) ?? detailsFrom(info));
}

/** None where what answers is no visor. */
async function allDetails(daemon: DaemonClient): Promise<readonly ProcessDetails[]> {
  try {
    return (await daemon.getProcessDetails()).processes;
  } catch (error) {
    if (error instanceof ApiError && error.code === "NO_API") return [];
    throw error;
  }
}

/** What Supervisor knows of it. */
function detailsFrom(info: ProcessInfo): ProcessDetails {
  return {
    group: info.group,
    name: info.name,
    state: info.statename as ProcessState,
    description: info.description,
    pid: info.pid || null,
    ready: info.statename === "RUNNING",
    healthy: null,
    started_at: info.start * 1000 || null,
    stopped_at: info.stop * 1000 || null,
    exitstatus: info.stop === 0 ? null : info.exitstatus,
    spawnerr: info.spawnerr || null,
    stopped_by_operator: false,
    health: null,
    attempts: [],
    restarts: 0,
    next_try_at: null,
    stopped_by: null,
    waits_for: null,
  };
}
