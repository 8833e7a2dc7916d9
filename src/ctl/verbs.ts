/** Every action of `ctl`. */
import { columns } from "./columns.ts";
import { add, avail, remove, reread } from "./config_verbs.ts";
import { open, pid, reload, shutdown, version } from "./daemon_verbs.ts";
import { fg } from "./foreground.ts";
import { maintail, tail } from "./logs.ts";
import { clear, restart, signal, start, stop } from "./process_control.ts";
import { reloadProgram } from "./reload_program.ts";
import type { Session } from "./session.ts";
import { status } from "./status.ts";
import { update } from "./update.ts";
import { printHelp, type Verb } from "./verb.ts";

const help: Verb = {
  name: "help",
  takes: "actions",
  help: [
    ["help", "List the actions"],
    ["help <action>", "Show how an action is used"],
  ],
  run(session, topic) {
    const verb = VERBS.get(topic);
    if (topic === "") listVerbs(session);
    else if (verb) printHelp(session, verb);
    else session.print(`*** No help on ${topic}`);
  },
};

const exit: Verb = { name: "exit", help: [["exit", "Leave the prompt"]], run: leave };
const quit: Verb = { name: "quit", help: [["quit", "Leave the prompt"]], run: leave };

export function leave(session: Session): void {
  session.print("");
  session.ended = true;
}

/** By name, in the order of the alphabet. `help` is not in the list that it prints. */
export const VERBS: ReadonlyMap<string, Verb> = new Map(
  [
    add,
    avail,
    clear,
    exit,
    fg,
    help,
    maintail,
    open,
    pid,
    quit,
    reload,
    reloadProgram,
    remove,
    reread,
    restart,
    shutdown,
    signal,
    start,
    status,
    stop,
    tail,
    update,
    version,
  ].map((verb) => [verb.name, verb]),
);

const LIST_TITLE = "default commands (type help <topic>):";
const LIST_WIDTH = 79;

function listVerbs(session: Session): void {
  const names = [...VERBS.keys()].filter((name) => name !== help.name);
  session.print(`\n${LIST_TITLE}\n${"=".repeat(LIST_TITLE.length)}`);
  for (const row of columns(names, LIST_WIDTH)) session.print(row);
  session.print("");
}
