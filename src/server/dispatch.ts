/** From a call to its result: which method, how many parameters, in which state of the daemon. */
import { fault, RpcFault } from "../rpc/faults.ts";
import { findMethod, listMethods, signature } from "../rpc/methods.ts";
import { isStruct, type RpcValue } from "../rpc/xml_value.ts";
import type { Daemon } from "./daemon.ts";
import { daemonMethods } from "./methods/daemon_methods.ts";
import { logMethods } from "./methods/log_methods.ts";
import { processMethods } from "./methods/process_methods.ts";
import type { Handler, Handlers } from "./methods/table.ts";
import { type Params, stringAt } from "./params.ts";

const SUPERVISOR_HANDLERS: Handlers = new Map([...daemonMethods, ...processMethods, ...logMethods]);

const SYSTEM_HANDLERS = new Map<string, Handler>([
  ["listMethods", (daemon) => listMethods(namespaces(daemon))],
  ["methodHelp", (daemon, params) => methodNamed(daemon, params).help],
  ["methodSignature", (daemon, params) => signature(methodNamed(daemon, params))],
  ["multicall", multicall],
]);

/** The one method that is not refused while the daemon goes down. @see spec/control.md §3 */
const ALSO_WHILE_STOPPING = "sendRemoteCommEvent";

/** Names under which the supervisor methods are offered: one for each `[rpcinterface:x]`. */
function namespaces(daemon: Daemon): readonly string[] {
  return daemon.config().rpcinterfaces.map((each) => each.name);
}

function methodNamed(daemon: Daemon, params: Params) {
  const method = findMethod(stringAt(params, 0), namespaces(daemon));
  if (!method) throw fault("SIGNATURE_UNSUPPORTED");
  return method;
}

/**
 * Carries out a call by its full name. The name is looked up in a literal table and nowhere else.
 *
 * @throws {RpcFault}
 */
export function dispatch(
  daemon: Daemon,
  name: string,
  params: Params,
): RpcValue | Promise<RpcValue> {
  const method = findMethod(name, namespaces(daemon));
  const [namespace, bare] = name.split(".") as [string, string];
  const handlers = namespace === "system" ? SYSTEM_HANDLERS : SUPERVISOR_HANDLERS;
  const handler = method && handlers.get(bare);
  if (!handler) throw fault("UNKNOWN_METHOD");
  if (params.length < method.required || params.length > method.params.length) {
    throw fault("INCORRECT_PARAMETERS");
  }
  if (handlers === SUPERVISOR_HANDLERS && bare !== ALSO_WHILE_STOPPING) {
    if (daemon.supervisor.stopping) throw fault("SHUTDOWN_STATE");
  }
  return handler(daemon, params);
}

/** One after the other; a call that waits holds up those behind it. */
async function multicall(daemon: Daemon, params: Params): Promise<RpcValue> {
  const [calls] = params;
  if (!Array.isArray(calls)) throw fault("INCORRECT_PARAMETERS");
  const results: RpcValue[] = [];
  for (const call of calls as readonly RpcValue[]) {
    results.push(await oneOfMany(daemon, call));
  }
  return results;
}

async function oneOfMany(daemon: Daemon, call: RpcValue): Promise<RpcValue> {
  try {
    const name = isStruct(call) ? call.get("methodName") : undefined;
    if (typeof name !== "string") throw fault("INCORRECT_PARAMETERS", "No methodName");
    if (name === "system.multicall") {
      throw fault("INCORRECT_PARAMETERS", "Recursive system.multicall forbidden");
    }
    const params = (isStruct(call) && call.get("params")) || [];
    if (!Array.isArray(params)) throw fault("INCORRECT_PARAMETERS");
    return await dispatch(daemon, name, params as Params);
  } catch (error) {
    if (error instanceof RpcFault) return error.toStruct();
    daemon.log("critical", `${(error as Error).stack}`);
    return fault("FAILED", String(error)).toStruct();
  }
}
