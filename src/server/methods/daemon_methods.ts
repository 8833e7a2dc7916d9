/** Methods about the daemon itself and its configuration. @see spec/control.md §4 */
import { SUPERVISOR_VERSION } from "../../model/compatibility.ts";
import { DAEMON_STATE_CODES } from "../../model/state.ts";
import { fault } from "../../rpc/faults.ts";
import { writeConfigChanges, writeConfigInfo } from "../../rpc/structs.ts";
import { type RpcValue, struct } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import { groupNamed } from "../lookup.ts";
import { type Params, stringAt, textAt } from "../params.ts";
import { configInfo } from "../process_info.ts";
import type { Handler } from "./table.ts";

/** The version of this set of methods. */
const API_VERSION = "3.0";

export const daemonMethods: readonly (readonly [string, Handler])[] = [
  ["getAPIVersion", () => API_VERSION],
  ["getVersion", () => API_VERSION],
  ["getSupervisorVersion", () => SUPERVISOR_VERSION],
  ["getIdentification", (daemon) => daemon.config().supervisord.identifier],
  ["getState", getState],
  ["getPID", (daemon) => daemon.pid],
  ["shutdown", (daemon) => (daemon.shutdown(), true)],
  ["restart", restart],
  ["reloadConfig", reloadConfig],
  ["addProcessGroup", addProcessGroup],
  ["removeProcessGroup", removeProcessGroup],
  ["getAllConfigInfo", getAllConfigInfo],
  ["sendRemoteCommEvent", sendRemoteCommEvent],
];

/** While it goes down no caller gets this far. */
function getState(): RpcValue {
  return struct({ statecode: DAEMON_STATE_CODES.RUNNING, statename: "RUNNING" });
}

/** Refused where the configuration would not let it come back. */
function restart(daemon: Daemon): RpcValue {
  try {
    daemon.restart();
    return true;
  } catch (error) {
    throw fault("CANT_REREAD", (error as Error).message);
  }
}

function reloadConfig(daemon: Daemon): RpcValue {
  try {
    return writeConfigChanges(daemon.reread());
  } catch (error) {
    throw fault("CANT_REREAD", (error as Error).message);
  }
}

function addProcessGroup(daemon: Daemon, params: Params): RpcValue {
  const name = stringAt(params, 0);
  const config = daemon.config().groups.find((group) => group.name === name);
  if (daemon.supervisor.groups.has(name)) throw fault("ALREADY_ADDED", name);
  if (!config) throw fault("BAD_NAME", name);
  daemon.supervisor.autostart(daemon.supervisor.addGroup(config));
  return true;
}

function removeProcessGroup(daemon: Daemon, params: Params): RpcValue {
  const name = stringAt(params, 0);
  const group = groupNamed(daemon.supervisor, name);
  if (!daemon.supervisor.removeGroup(group)) throw fault("STILL_RUNNING", name);
  return true;
}

function getAllConfigInfo(daemon: Daemon): RpcValue {
  return daemon.config().groups
    .flatMap((group) => group.processes.map((process) => configInfo(daemon, group, process)))
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    .map(writeConfigInfo);
}

function sendRemoteCommEvent(daemon: Daemon, params: Params): RpcValue {
  daemon.sendRemoteEvent(textAt(params, 0), textAt(params, 1));
  return true;
}
