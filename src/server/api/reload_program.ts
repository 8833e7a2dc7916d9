/** `POST /api/v1/reload-program`: programs read their own configuration again, as theirs says how. */
import type { Context } from "hono";
import { isSignallable, type ManagedProcess } from "../../engine/process.ts";
import { inStartOrder } from "../../engine/order.ts";
import { type ReloadDocument, type ReloadResult, SCHEMA } from "../../model/details.ts";
import { fault } from "../../rpc/faults.ts";
import { askedBy, peerOf } from "../asker.ts";
import type { Daemon } from "../daemon.ts";
import { targetNamed } from "../lookup.ts";
import { namesOf, notAsExpected, type Order, readOrder } from "./read_order.ts";
import { jsonReply } from "./replies.ts";

/** @throws {RpcFault} INCORRECT_PARAMETERS, BAD_NAME, SHUTDOWN_STATE */
export async function answerReload(daemon: Daemon, context: Context): Promise<Response> {
  const order = await readOrder(context.req.raw, ["names"]);
  if (order instanceof Response) return order;
  const names = readNames(order);
  if (daemon.supervisor.stopping) throw fault("SHUTDOWN_STATE");
  const asked = askedBy(daemon, "JSON API", peerOf(context));
  const processes = new Set(names.flatMap((name) => [...named(daemon, name)]));
  const results = await Promise.all([...processes].map((process) => reload(asked, process)));
  const document: ReloadDocument = { schema: SCHEMA, results };
  return jsonReply(document);
}

/** `{"names": ["web", "site:*"]}` */
function readNames(order: Order): readonly string[] {
  const names = namesOf(order, "names") ?? [];
  if (names.length > 0) return names;
  throw notAsExpected('{"names": […]} with names of processes');
}

/** One process; of a group, or of `all`, those that are up and can be reloaded. */
function named({ supervisor }: Daemon, name: string): Iterable<ManagedProcess> {
  if (name === "all") return inStartOrder(supervisor.groups.values()).filter(canReload);
  const { group, process } = targetNamed(supervisor, name);
  return process ? [process] : inStartOrder([group]).filter(canReload);
}

function canReload(process: ManagedProcess): boolean {
  return isSignallable(process) && isReloadable(process);
}

function isReloadable({ config }: ManagedProcess): boolean {
  return config.reload_signal !== null || config.reload_command !== null;
}

async function reload(daemon: Daemon, process: ManagedProcess): Promise<ReloadResult> {
  const { group, config: { name } } = process;
  const error = !isReloadable(process)
    ? "it has no reload_signal or reload_command"
    : !isSignallable(process)
    ? "not running"
    : await daemon.reload(process, daemon.asker);
  return { group, name, error };
}
