/** `POST /api/v1/rotate`: the logs of processes are rotated now. */
import type { ManagedProcess } from "../../engine/process.ts";
import type { RotateDocument, RotateResult } from "../../model/log_documents.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { processesNamed } from "../lookup.ts";
import { namesOf, readOrder } from "./read_order.ts";
import { jsonReply } from "./replies.ts";

/** `{"names": ["web", "site:*"]}`, or `{}` for all. @throws {RpcFault} */
export async function answerRotate(daemon: Daemon, request: Request): Promise<Response> {
  const order = await readOrder(request, ["names"]);
  if (order instanceof Response) return order;
  const names = namesOf(order, "names");
  if (daemon.supervisor.stopping) throw fault("SHUTDOWN_STATE");
  const processes = processesNamed(daemon.supervisor, names);
  const results = processes.map((process) => rotateOne(daemon, process));
  return jsonReply({ results } satisfies RotateDocument);
}

function rotateOne(daemon: Daemon, process: ManagedProcess): RotateResult {
  const { group, config: { name } } = process;
  try {
    return { group, name, rotated: daemon.rotateLogs(process), error: null };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return { group, name, rotated: [], error: code };
  }
}
