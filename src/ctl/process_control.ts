/** `start`, `stop`, `restart`, `signal` and `clear`. @see spec/ctl.md §4 */
import { carryOut } from "./carry_out.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { clearing, signalling, starting, stopping } from "./orders.ts";
import { restartRolling } from "./rolling_restart.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { misuse, splitWords, type Verb } from "./verb.ts";

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
  options: ["--rolling", "--max-unavailable", "--timeout"],
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
