/** Every action of `ctl`. */
import { columns } from "./columns.ts";
import type { Members } from "./document.ts";
import { add, avail, remove, reread } from "./config_verbs.ts";
import { open, pid, reload, shutdown, version } from "./daemon_verbs.ts";
import { explain } from "./explain.ts";
import { fg } from "./foreground.ts";
import { maintail, tail } from "./logs.ts";
import { clear, restart, signal, start, stop } from "./process_control.ts";
import { logs } from "./read_logs.ts";
import { rotate } from "./rotate.ts";
import { reloadProgram } from "./reload_program.ts";
import type { Session } from "./session.ts";
import { status } from "./status.ts";
import { top } from "./top/top.ts";
import { plan, update } from "./update.ts";
import { printHelp, type Verb } from "./verb.ts";
import { wait } from "./wait.ts";

const help: Verb = {
  name: "help",
  takes: "actions",
  json: true,
  help: [
    ["help", "List the actions"],
    ["help <action>", "Show how an action is used"],
  ],
  async run(session, topic) {
    const verb = VERBS.get(topic);
    if (topic === "") listVerbs(session);
    else if (verb) printHelp(session, verb);
    else session.print(`*** No help on ${topic}`);
    await session.answer([], () => ({
      actions: topic === ""
        ? [...VERBS.values()].map(description)
        : verb
        ? [description(verb)]
        : [],
    }));
  },
};

const exit: Verb = { name: "exit", json: true, help: [["exit", "Leave the prompt"]], run: leave };
const quit: Verb = { name: "quit", json: true, help: [["quit", "Leave the prompt"]], run: leave };

function description({ name, help }: Verb): Members {
  return { name, forms: help.map(([form, text]) => ({ form, text })) };
}

export function leave(session: Session): void {
  session.print("");
  session.ended = true;
}

/** Those that Supervisor has, too. `help` is not in the list that it prints. */
const DEFAULT_VERBS: readonly Verb[] = [
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
];

const OWN_VERBS: readonly Verb[] = [explain, logs, plan, reloadProgram, rotate, top, wait];

/** By name, in the order of the alphabet. */
export const VERBS: ReadonlyMap<string, Verb> = new Map(
  [...DEFAULT_VERBS, ...OWN_VERBS].map((verb) => [verb.name, verb] as const)
    .sort(([a], [b]) => a < b ? -1 : 1),
);

const LIST_WIDTH = 79;

function listVerbs(session: Session): void {
  const listed = DEFAULT_VERBS.filter((verb) => verb !== help);
  printList(session, "default commands (type help <topic>):", listed);
  printList(session, "commands of visor's own (type help <topic>):", OWN_VERBS);
}

function printList(session: Session, title: string, verbs: readonly Verb[]): void {
  session.print(`\n${title}\n${"=".repeat(title.length)}`);
  for (const row of columns(verbs.map(({ name }) => name), LIST_WIDTH)) session.print(row);
  session.print("");
}
