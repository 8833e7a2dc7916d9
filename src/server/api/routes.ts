/** What visor answers in JSON: all that XML-RPC, which is Supervisor's, has no method for. */
import { Hono } from "hono";
import { type ProcessesDocument, SCHEMA } from "../../model/details.ts";
import { RpcFault } from "../../rpc/faults.ts";
import { changeStream } from "../change_stream.ts";
import type { Daemon } from "../daemon.ts";
import { processesNamed } from "../lookup.ts";
import { changeLines } from "./changes.ts";
import { processDetails } from "./details.ts";
import { explainDocument } from "./explain.ts";
import { answerOutput } from "./output.ts";
import { answerLogs } from "./read_logs.ts";
import { answerReload } from "./reload_program.ts";
import { faultReply, jsonReply, linesReply } from "./replies.ts";
import { answerRotate } from "./rotate.ts";
import { answerUpdate } from "./update.ts";
import { usageDocument } from "./usage.ts";

/** Where all of it is. */
const API_PATH = "/api/v1";

export function apiRoutes(daemon: Daemon): Hono {
  const api = new Hono().basePath(API_PATH);
  api.get("/processes", ({ req }) => jsonReply(processesDocument(daemon, req.queries("name"))));
  api.get("/changes", ({ req }) => {
    const text = changeLines(daemon, req.queries("name"));
    return linesReply(changeStream(daemon, text, req.raw.signal));
  });
  api.get("/explain", ({ req }) => jsonReply(explainDocument(daemon, req.queries("name"))));
  api.get("/output", (context) => answerOutput(daemon, context));
  api.post("/reload-program", (context) => answerReload(daemon, context));
  api.post("/update", ({ req }) => answerUpdate(daemon, req.raw));
  api.get("/usage", async ({ req }) => {
    const withPss = req.query("memory") === "pss";
    return jsonReply(await usageDocument(daemon, withPss));
  });
  api.get("/logs", ({ req }) => answerLogs(daemon, req.raw));
  api.post("/rotate", ({ req }) => answerRotate(daemon, req.raw));
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
  return {
    schema: SCHEMA,
    now: daemon.wall(),
    processes: processesNamed(daemon.supervisor, names).map((process) =>
      processDetails(daemon, process)
    ),
  };
}
