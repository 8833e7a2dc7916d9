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
  json: true,
  help: [["reread", "Read the daemon's configuration again and tell what update would change"]],
  async run(session, args) {
    if (refuseArguments(session, reread, args)) return;
    try {
      const changes = await session.daemon.reloadConfig();
      const lines = changeLines(changes);
      const none = ["No config updates to processes"];
      await session.answer(lines.length === 0 ? none : lines, () => ({ ...changes }));
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      if (error.is("SHUTDOWN_STATE")) session.fail(EXIT.GENERIC, SHUTTING_DOWN, "SHUTDOWN_STATE");
      else if (error.is("CANT_REREAD")) {
        session.fail(EXIT.GENERIC, `ERROR: ${error.text}`, "CANT_REREAD");
      } else throw error;
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
  json: true,
  help: [["add <name> [...]", "Activate groups that a reread found"]],
  async run(session, args) {
    session.list("results");
    for (const name of splitWords(args)) await addOne(session, name);
  },
};

async function addOne(session: Session, name: string): Promise<void> {
  try {
    await session.daemon.addProcessGroup(name);
    session.groupDone(name, "add", "added process group");
  } catch (error) {
    switch (faultName(error)) {
      case "SHUTDOWN_STATE":
        return session.fail(EXIT.GENERIC, "ERROR: shutting down", "SHUTDOWN_STATE");
      case "ALREADY_ADDED":
        return refused(session, "add", name, "ALREADY_ADDED");
      case "BAD_NAME":
        return refused(session, "add", name, "BAD_NAME");
      default:
        throw error;
    }
  }
}

const REFUSALS = {
  ALREADY_ADDED: { message: "process group already active", exitStatus: undefined },
  BAD_NAME: { message: "no such process/group", exitStatus: EXIT.GENERIC },
  STILL_RUNNING: { message: "process/group still running", exitStatus: EXIT.GENERIC },
} as const;

function refused(
  session: Session,
  action: string,
  group: string,
  fault: keyof typeof REFUSALS,
): void {
  const { message, exitStatus } = REFUSALS[fault];
  const about = exitStatus === undefined ? "" : `: ${group}`;
  const result = { group, name: null, action, ok: false, fault, message };
  session.result(result, `ERROR: ${message}${about}`, exitStatus);
}

export const remove: Verb = {
  name: "remove",
  takes: "groups",
  json: true,
  help: [["remove <name> [...]", "Forget groups whose processes are all down"]],
  async run(session, args) {
    session.list("results");
    for (const name of splitWords(args)) await removeOne(session, name);
  },
};

async function removeOne(session: Session, name: string): Promise<void> {
  try {
    await session.daemon.removeProcessGroup(name);
    session.groupDone(name, "remove", "removed process group");
  } catch (error) {
    switch (faultName(error)) {
      case "STILL_RUNNING":
        return refused(session, "remove", name, "STILL_RUNNING");
      case "BAD_NAME":
        return refused(session, "remove", name, "BAD_NAME");
      default:
        throw error;
    }
  }
}

export const avail: Verb = {
  name: "avail",
  json: true,
  help: [["avail", "Show every configured process, active or not"]],
  async run(session, args) {
    if (refuseArguments(session, avail, args)) return;
    try {
      const programs = await session.daemon.getAllConfigInfo();
      await session.answer(programs.map(availLine), () => ({ programs }));
    } catch (error) {
      if (faultName(error) !== "SHUTDOWN_STATE") throw error;
      session.fail(EXIT.GENERIC, SHUTTING_DOWN, "SHUTDOWN_STATE");
    }
  },
};

function availLine(info: ConfigInfo): string {
  const name = namespec(info.group, info.name).padEnd(32);
  const use = (info.inuse ? "in use" : "avail").padEnd(9);
  const begin = (info.autostart ? "auto" : "manual").padEnd(9);
  return `${name} ${use} ${begin} ${info.group_prio}:${info.process_prio}`;
}
