/** `POST /api/v1/update`: process by process, where XML-RPC has only whole groups. */
import type { UpdateDocument } from "../../model/update.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { errorReply } from "../replies.ts";
import { readBody, SMALL_BYTES } from "../request_body.ts";
import { jsonReply } from "./replies.ts";

interface UpdateOrder {
  /** undefined: all. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly isDryRun: boolean;
}

/** @throws {RpcFault} INCORRECT_PARAMETERS, CANT_REREAD, SHUTDOWN_STATE */
export async function answerUpdate(daemon: Daemon, request: Request): Promise<Response> {
  const body = await readBody(request, SMALL_BYTES);
  if ("refusal" in body) return errorReply(body.refusal);
  const { groups, isDryRun } = readOrder(body.text);
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
function readOrder(text: string): UpdateOrder {
  const { groups, dry_run = false, ...others } = readObject(text);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw wrong(`no member "${unknown}", but "groups" and "dry_run"`);
  if (typeof dry_run !== "boolean") throw wrong('true or false as "dry_run"');
  if (groups === undefined) return { groups: undefined, isDryRun: dry_run };
  if (!Array.isArray(groups) || !groups.every((name) => typeof name === "string")) {
    throw wrong('a list of names as "groups"');
  }
  return { groups: new Set(groups), isDryRun: dry_run };
}

function readObject(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch { // told below
  }
  throw wrong("a JSON object");
}

function wrong(expected: string) {
  return fault("INCORRECT_PARAMETERS", `expected ${expected}`);
}
