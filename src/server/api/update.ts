/** `POST /api/v1/update`: process by process, where XML-RPC has only whole groups. */
import type { UpdateDocument } from "../../model/update.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { namesOf, notAsExpected, type Order, readOrder } from "./read_order.ts";
import { jsonReply } from "./replies.ts";

interface UpdateOrder {
  /** undefined: all. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly isDryRun: boolean;
}

/** @throws {RpcFault} INCORRECT_PARAMETERS, CANT_REREAD, SHUTDOWN_STATE */
export async function answerUpdate(daemon: Daemon, request: Request): Promise<Response> {
  const order = await readOrder(request, ["groups", "dry_run"]);
  if (order instanceof Response) return order;
  const { groups, isDryRun } = readUpdateOrder(order);
  refuseWhileStopping(daemon);
  const document = await carryOut(daemon, groups, isDryRun);
  refuseWhileStopping(daemon); // it was not carried out to its end
  return jsonReply(document);
}

function refuseWhileStopping({ supervisor }: Daemon): void {
  if (supervisor.stopping) throw fault("SHUTDOWN_STATE");
}

async function carryOut(
  daemon: Daemon,
  groups: UpdateOrder["groups"],
  isDryRun: boolean,
): Promise<UpdateDocument> {
  try {
    return isDryRun ? daemon.planUpdate(groups) : await daemon.update(groups);
  } catch (error) {
    throw fault("CANT_REREAD", (error as Error).message);
  }
}

/** `{"groups": ["web"], "dry_run": true}`; neither has to be there. */
function readUpdateOrder(order: Order): UpdateOrder {
  const { dry_run = false } = order;
  if (typeof dry_run !== "boolean") throw notAsExpected('true or false as "dry_run"');
  const groups = namesOf(order, "groups");
  return { groups: groups && new Set(groups), isDryRun: dry_run };
}
