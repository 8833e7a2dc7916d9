/** `update` and `plan`: what is in the configuration, and not yet in force. @see spec/ctl.md §4 */
import { ApiError } from "../client/api_error.ts";
import type { UpdateDocument } from "../model/update.ts";
import { FAULT_CODES, RpcFault } from "../rpc/faults.ts";
import { faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { planLines } from "./plan_lines.ts";
import type { Session } from "./session.ts";
import { updateGroups } from "./update_groups.ts";
import { updateLines } from "./update_lines.ts";
import { misuse, type Verb } from "./verb.ts";
import { readVerbWords } from "./verb_options.ts";

export const update: Verb = {
  name: "update",
  takes: "groups",
  help: [
    ["update", "Read the configuration again; stop, restart and start what it changes"],
    ["update all", "The same"],
    ["update <gname> [...]", "Only these groups; other changes stay pending"],
    ["update --dry-run [...]", "As plan: say what would be done, and do nothing"],
    ["update --json [...]", "What was done as a JSON document"],
  ],
  async run(session, _args, words) {
    const order = readOrder(session, update, words, { json: "flag", "dry-run": "flag" });
    if (!order) return;
    if (order.isDryRun) return await showPlan(session, order);
    try {
      await carryOut(session, order);
    } catch (error) {
      if (faultName(error) !== "SHUTDOWN_STATE") throw error;
      session.fail(EXIT.GENERIC, "ERROR: already shutting down");
    }
  },
};

export const plan: Verb = {
  name: "plan",
  takes: "groups",
  help: [
    ["plan", "Say what update would do, and why, without doing it"],
    ["plan <gname> [...]", "Only for these groups"],
    ["plan --json [...]", "The same as a JSON document"],
    ["", "Exits with 0 where there is nothing to do, with 6 where there is"],
  ],
  async run(session, _args, words) {
    const order = readOrder(session, plan, words, { json: "flag" });
    if (order) await showPlan(session, order);
  },
};

interface Order {
  /** undefined: all. */
  readonly groups: readonly string[] | undefined;
  readonly isJson: boolean;
  readonly isDryRun: boolean;
}

function readOrder(
  session: Session,
  verb: Verb,
  words: readonly string[],
  known: { readonly json: "flag"; readonly "dry-run"?: "flag" },
): Order | undefined {
  const read = readVerbWords<Record<string, "flag">>(words, known);
  if ("error" in read) return void misuse(session, verb, read.error, EXIT.USAGE);
  const { names, options } = read;
  return {
    groups: names.length === 0 || names.includes("all") ? undefined : [...new Set(names)],
    isJson: options.has("json"),
    isDryRun: options.has("dry-run"),
  };
}

async function showPlan(session: Session, { groups, isJson }: Order): Promise<void> {
  const document = await session.daemon.update(groups, true);
  if (document.steps.length > 0) session.exitStatus = EXIT.CHANGES_PENDING;
  if (document.unknown.length > 0) session.exitStatus = EXIT.GENERIC;
  if (isJson) return printJson(session, document);
  for (const line of planLines(document.steps)) session.print(line);
  if (document.steps.length === 0) session.print("No config updates to processes");
  reportUnknown(session, document);
}

async function carryOut(session: Session, { groups, isJson }: Order): Promise<void> {
  const document = await updateByProcess(session, groups);
  if (!document) {
    if (isJson) throw new ApiError("NO_API", "the daemon has no such API: it is no visor");
    return await updateGroups(session, groups && new Set(groups));
  }
  if (document.unknown.length > 0 || document.troubles.length > 0) {
    session.exitStatus = EXIT.GENERIC;
  }
  if (isJson) return printJson(session, document);
  reportUnknown(session, document);
  for (const line of updateLines(document)) session.print(line);
}

/** @returns undefined where the daemon cannot. @throws {RpcFault} What `reloadConfig` would. */
async function updateByProcess(
  session: Session,
  groups: readonly string[] | undefined,
): Promise<UpdateDocument | undefined> {
  try {
    return await session.daemon.update(groups, false);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "NO_API") return undefined;
    throw new RpcFault(FAULT_CODES[error.code], error.message);
  }
}

function reportUnknown(session: Session, { unknown }: UpdateDocument): void {
  for (const name of unknown) session.fail(EXIT.GENERIC, `ERROR: no such group: ${name}`);
}

function printJson(session: Session, document: unknown): void {
  session.print(JSON.stringify(document));
}
