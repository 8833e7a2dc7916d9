/** An order is given for each of the names, and what came of it is told. */
import { parseNamespec } from "../model/namespec.ts";
import { FAULT_CODES, RpcFault } from "../rpc/faults.ts";
import type { GroupResult } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import { inOrder } from "./in_order.ts";
import { type Order, starting, stopping } from "./orders.ts";
import { describe, UnexpectedResult, type Wording } from "./outcomes.ts";
import type { Session } from "./session.ts";
import { noSuchGroup } from "./unknown.ts";

/** How many requests a daemon gets at once: an ordinary limit of descriptors has room for them. */
const AT_ONCE = 100;

/**
 * All names at the same time, with the answers in the order of the names; `all` among them means
 * all. Names that have a process in common wait for each other: what becomes of the second depends
 * on the first.
 */
export async function carryOut(
  session: Session,
  order: Order,
  names: readonly string[],
): Promise<void> {
  session.list("results");
  if (names.includes("all")) return report(session, order.wording, await order.all());
  await inOrder(names, overlap(names) ? 1 : AT_ONCE, (name) => ask(order, name), (answer) => {
    if ("noGroup" in answer) {
      const { action, noGroup } = order.wording;
      noSuchGroup(session, answer.noGroup, action, noGroup);
    } else report(session, order.wording, answer);
  });
}

/** Whether a process may be meant by two of the names. */
function overlap(names: readonly string[]): boolean {
  const targets = names.map(parseNamespec);
  const whole = new Set(
    targets.filter(({ process }) => process === null).map(({ group }) => group),
  );
  const different = new Set(targets.map(({ group, process }) => `${group}:${process ?? "*"}`));
  return different.size < names.length ||
    targets.some(({ group, process }) => process !== null && whole.has(group));
}

type Answer = readonly GroupResult[] | { readonly noGroup: string };

async function ask(order: Order, name: string): Promise<Answer> {
  const { group, process } = parseNamespec(name);
  if (process !== null || !order.group) return [await askForOne(order, name)];
  try {
    return await order.group(group);
  } catch (error) {
    if (faultName(error) !== "BAD_NAME") throw error;
    return { noGroup: group };
  }
}

/** The daemon's answer about one process, in the form it would have among a group's results. */
async function askForOne(order: Order, name: string): Promise<GroupResult> {
  const { group, process } = parseNamespec(name);
  const named = { group, name: process ?? "*" };
  try {
    await order.one(name);
    return { ...named, status: FAULT_CODES.SUCCESS, description: "OK" };
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    return { ...named, status: error.code, description: error.text };
  }
}

/** Start or stop one process. @returns The line that the verb would print. */
export async function outcomeOf(
  session: Session,
  verb: "start" | "stop",
  name: string,
): Promise<string> {
  const order = verb === "start" ? starting(session) : stopping(session);
  const result = await askForOne(order, name);
  const outcome = describe(result, order.wording);
  if (!outcome) throw new UnexpectedResult(result);
  return outcome.line;
}

/** @throws {UnexpectedResult} a result that the verb has no words for */
function report(session: Session, wording: Wording, results: readonly GroupResult[]): void {
  for (const result of results) {
    const outcome = describe(result, wording);
    if (!outcome) throw new UnexpectedResult(result);
    session.result(outcome.result, outcome.line, outcome.exitStatus);
  }
}
