/** What visor answers in JSON: all that XML-RPC, which is Supervisor's, has no method for. */
import { Hono } from "hono";
import type { ManagedProcess } from "../../engine/process.ts";
import { type ProcessesDocument, SCHEMA } from "../../model/details.ts";
import { RpcFault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { targetNamed } from "../lookup.ts";
import { processDetails } from "./details.ts";
import { answerReload } from "./reload_program.ts";
import { faultReply, jsonReply } from "./replies.ts";

/** Where all of it is. */
export const API_PATH = "/api/v1";

export function apiRoutes(daemon: Daemon): Hono {
  const api = new Hono().basePath(API_PATH);
  api.get("/processes", ({ req }) => jsonReply(processesDocument(daemon, req.queries("name"))));
  api.post("/reload-program", ({ req }) => answerReload(daemon, req.raw));
  api.onError((error) => {
    if (error instanceof RpcFault) return faultReply(error);
    throw error;
  });
  return api;
}

/** @param names Processes, or groups as `group:*`; undefined for all. @throws {RpcFault} BAD_NAME */
function processesDocument(
  daemon: Daemon,
  names: readonly string[] | undefined,
): ProcessesDocument {
  const processes = names ? named(daemon, names) : daemon.supervisor.allProcesses();
  return {
    schema: SCHEMA,
    now: daemon.wall(),
    processes: [...processes].map((process) => processDetails(daemon, process)),
  };
}

function named({ supervisor }: Daemon, names: readonly string[]): readonly ManagedProcess[] {
  return names.flatMap((name) => {
    const { group, process } = targetNamed(supervisor, name);
    return process ? [process] : [...group.processes.values()];
  });
}
