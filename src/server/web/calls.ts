/** The methods of the control protocol, called from a page. */
import { fault, RpcFault } from "../../rpc/faults.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import { logMethods } from "../methods/log_methods.ts";
import { processMethods } from "../methods/process_methods.ts";
import type { Handlers } from "../methods/table.ts";
import type { Params } from "../params.ts";

const HANDLERS: Handlers = new Map([...processMethods, ...logMethods]);

/**
 * Calls a method by its bare name. It does not go through `dispatch`: the page works also where no
 * `[rpcinterface:x]` offers the methods to XML-RPC clients.
 *
 * @throws {RpcFault}
 */
export async function call(daemon: Daemon, method: string, ...params: Params): Promise<RpcValue> {
  if (daemon.supervisor.stopping) throw fault("SHUTDOWN_STATE");
  return await HANDLERS.get(method)!(daemon, params);
}

/** A fault that a page has no words of its own for; anything but a fault is thrown again. */
export function unexpected(error: unknown): string {
  if (!(error instanceof RpcFault)) throw error;
  return `unexpected rpc fault [${error.code}] ${error.text}`;
}
