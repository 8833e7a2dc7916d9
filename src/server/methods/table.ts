/** What a method of the control protocol is, to the server. */
import type { RpcValue } from "../../rpc/xml_value.ts";
import type { Daemon } from "../daemon.ts";
import type { Params } from "../params.ts";

/**
 * Carries out one call. The number of parameters has been checked.
 *
 * @throws {RpcFault}
 */
export type Handler = (daemon: Daemon, params: Params) => RpcValue | Promise<RpcValue>;

/** By name without the namespace. */
export type Handlers = ReadonlyMap<string, Handler>;
