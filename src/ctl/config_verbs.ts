/** `reread`, `add`, `remove` and `avail`. @see spec/ctl.md §4 */
import { namespec } from "../model/namespec.ts";
import { RpcFault } from "../rpc/faults.ts";
import type { ConfigChanges, ConfigInfo } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";
import { refuseArguments, splitWords, type Verb } from "./verb.ts";

const SHUTTING_DOWN = "ERROR: supervisor shutting down";

export const reread: Verb = {
  name: "reread",
  help: [["reread", "Read the daemon's configuration again and tell what update would change"]],
  async run(session, args) {
    if (refuseArguments(session, reread, args)) return;
    try {
      const lines = changeLines(await session.daemon.reloadConfig());
      for (const line of lines) session.print(line);
      if (lines.length === 0) session.print("No config updates to processes");
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      if (error.is("SHUTDOWN_STATE")) session.fail(EXIT.GENERIC, SHUTTING_DOWN);
      else if (error.is("CANT_REREAD")) session.fail(EXIT.GENERIC, `ERROR: ${error.text}`);
      else throw error;
    }
  },
};

/** What a reread found, one line a group, by name. */
function changeLines({ added, changed, removed }: ConfigChanges): string[] {
  const words = new Map<string, string>();
  for (const name of added) words.set(name, "available");
  for (const name of changed) words.set(name, "changed");
  for (const name of removed) words.set(name, "disappeared");
  return [...words.keys()].sort().map((name) => `${name}: ${words.get(name)}`);
}

export const add: Verb = {
  name: "add",
  takes: "groups",
  help: [["add <name> [...]", "Activate groups that a reread found"]],
  async run(session, args) {
    for (const name of splitWords(args)) await addOne(session, name);
  },
};

async function addOne(session: Session, name: string): Promise<void> {
  try {
    await session.daemon.addProcessGroup(name);
    session.print(`${name}: added process group`);
  } catch (error) {
    switch (faultName(error)) {
      case "SHUTDOWN_STATE":
        return session.fail(EXIT.GENERIC, "ERROR: shutting down");
      case "ALREADY_ADDED":
        return session.print("ERROR: process group already active");
      case "BAD_NAME":
        return session.fail(EXIT.GENERIC, `ERROR: no such process/group: ${name}`);
      default:
        throw error;
    }
  }
}

export const remove: Verb = {
  name: "remove",
  takes: "groups",
  help: [["remove <name> [...]", "Forget groups whose processes are all down"]],
  async run(session, args) {
    for (const name of splitWords(args)) await removeOne(session, name);
  },
};

async function removeOne(session: Session, name: string): Promise<void> {
  try {
    await session.daemon.removeProcessGroup(name);
    session.print(`${name}: removed process group`);
  } catch (error) {
    switch (faultName(error)) {
      case "STILL_RUNNING":
        return session.fail(EXIT.GENERIC, `ERROR: process/group still running: ${name}`);
      case "BAD_NAME":
        return session.fail(EXIT.GENERIC, `ERROR: no such process/group: ${name}`);
      default:
        throw error;
    }
  }
}

export const avail: Verb = {
  name: "avail",
  help: [["avail", "Show every configured process, active or not"]],
  async run(session, args) {
    if (refuseArguments(session, avail, args)) return;
    try {
      for (const info of await session.daemon.getAllConfigInfo()) session.print(availLine(info));
    } catch (error) {
      if (faultName(error) !== "SHUTDOWN_STATE") throw error;
      session.fail(EXIT.GENERIC, SHUTTING_DOWN);
    }
  },
};

function availLine(info: ConfigInfo): string {
  const name = namespec(info.group, info.name).padEnd(32);
  const use = (info.inuse ? "in use" : "avail").padEnd(9);
  const begin = (info.autostart ? "auto" : "manual").padEnd(9);
  return `${name} ${use} ${begin} ${info.group_prio}:${info.process_prio}`;
}
