/** `start`, `stop`, `restart`, `signal` and `clear`. @see spec/ctl.md §4 */
import { parseNamespec } from "../model/namespec.ts";
import { FAULT_CODES, RpcFault } from "../rpc/faults.ts";
import type { GroupResult } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { inOrder } from "./in_order.ts";
import {
  CLEARING,
  describe,
  SIGNALLING,
  STARTING,
  STOPPING,
  UnexpectedResult,
  type Wording,
} from "./outcomes.ts";
import { restartRolling } from "./rolling_restart.ts";
import type { Session } from "./session.ts";
import { tellingWaits } from "./told_waits.ts";
import { upcheck } from "./upcheck.ts";
import { noSuchGroup } from "./unknown.ts";
import { misuse, splitWords, type Verb } from "./verb.ts";

/** What a verb asks of the daemon. */
interface Order {
  readonly wording: Wording;
  one(name: string): Promise<void>;
  /** Absent where the daemon knows no such method: a group is then a name like any other. */
  group?(group: string): Promise<GroupResult[]>;
  all(): Promise<GroupResult[]>;
}

export const start: Verb = {
  name: "start",
  takes: "processes",
  json: true,
  help: forms("start", "Start"),
  async run(session, args) {
    const names = await namesFor(session, start, args, EXIT.USAGE);
    if (names) await carryOut(session, starting(session), names);
  },
};

export const stop: Verb = {
  name: "stop",
  takes: "processes",
  json: true,
  help: forms("stop", "Stop"),
  async run(session, args) {
    const names = await namesFor(session, stop, args, EXIT.GENERIC);
    if (names) await carryOut(session, stopping(session), names);
  },
};

export const restart: Verb = {
  name: "restart",
  takes: "processes",
  json: true,
  help: [
    ...forms("restart", "Stop, then start,"),
    ["", "The configuration is not read again: reread and update do that"],
    ["restart --rolling <name> [...]", "One after the other, each when the one before is ready"],
    ["", "--max-unavailable N: N at a time; --timeout 60s: how long each may take to be ready"],
  ],
  async run(session, args, words) {
    if (words.includes("--rolling")) return await restartRolling(session, restart, words);
    const names = await namesFor(session, restart, args, EXIT.GENERIC);
    if (!names) return;
    await carryOut(session, stopping(session), names);
    await carryOut(session, starting(session), names);
  },
};

export const signal: Verb = {
  name: "signal",
  takes: "processes",
  json: true,
  help: forms("signal <signal name>", "Send the signal to"),
  async run(session, args) {
    if (!await upcheck(session)) return;
    const [signalName, ...words] = splitWords(args);
    if (signalName === undefined || words.length === 0) {
      const reason = "Error: signal requires a signal name and a process name";
      return misuse(session, signal, reason, EXIT.GENERIC);
    }
    const names = await expandNames(session, words);
    if (names) await carryOut(session, signalling(session, signalName), names);
  },
};

export const clear: Verb = {
  name: "clear",
  takes: "processes",
  json: true,
  help: [
    ["clear <name>", "Empty the log files of a process"],
    ["clear <name> <name>", "Empty the log files of several processes"],
    ["clear all", "Empty the log files of every process"],
  ],
  async run(session, args) {
    const names = await namesFor(session, clear, args, EXIT.GENERIC);
    if (names) await carryOut(session, clearing(session), names);
  },
};

function forms(verb: string, does: string): Verb["help"] {
  return [
    [`${verb} <name>`, `${does} a process`],
    [`${verb} <gname>:*`, `${does} every process of a group`],
    [`${verb} <name> <name>`, `${does} several processes or groups`],
    [`${verb} all`, `${does} every process`],
  ];
}

function starting(session: Session): Order {
  const { daemon } = session;
  return {
    wording: STARTING,
    one: (name) => tellingWaits(session, [name], () => daemon.startProcess(name)),
    group: (group) => tellingWaits(session, [`${group}:*`], () => daemon.startProcessGroup(group)),
    all: () => tellingWaits(session, undefined, () => daemon.startAllProcesses()),
  };
}

function stopping({ daemon }: Session): Order {
  return {
    wording: STOPPING,
    one: (name) => daemon.stopProcess(name),
    group: (group) => daemon.stopProcessGroup(group),
    all: () => daemon.stopAllProcesses(),
  };
}

function signalling({ daemon }: Session, signalName: string): Order {
  return {
    wording: SIGNALLING,
    one: (name) => daemon.signalProcess(name, signalName),
    group: (group) => daemon.signalProcessGroup(group, signalName),
    all: () => daemon.signalAllProcesses(signalName),
  };
}

function clearing({ daemon }: Session): Order {
  return {
    wording: CLEARING,
    one: (name) => daemon.clearProcessLogs(name),
    all: () => daemon.clearAllProcessLogs(),
  };
}

/** The names given, or undefined where the daemon is away or none is given. */
async function namesFor(
  session: Session,
  verb: Verb,
  args: string,
  noneStatus: number,
): Promise<readonly string[] | undefined> {
  if (!await upcheck(session)) return undefined;
  const words = splitWords(args);
  if (words.length > 0) return await expandNames(session, words);
  misuse(session, verb, `Error: ${verb.name} requires a process name`, noneStatus);
  return undefined;
}

/** How many requests a daemon gets at once: an ordinary limit of descriptors has room for them. */
const AT_ONCE = 100;

/**
 * All names at the same time, with the answers in the order of the names; `all` among them means
 * all. Names that have a process in common wait for each other: what becomes of the second depends
 * on the first.
 */
async function carryOut(session: Session, order: Order, names: readonly string[]): Promise<void> {
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
