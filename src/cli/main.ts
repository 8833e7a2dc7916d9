/** From argv to a command. The commands are loaded when they are needed: `ctl` must be quick. */
import { ConfigError, describe } from "../config/problems.ts";
import { getopt, type OptionSpec, UsageError } from "./getopt.ts";
import { describeVersion } from "./version.ts";
import { holdSignals } from "../platform/daemon_signals.ts";
import { startsAnew } from "../platform/runtime_settings.ts";
import { print, printError } from "../platform/standard_output.ts";

type Command = (words: readonly string[], program: string) => number | Promise<number>;

const COMMANDS = new Map<string, () => Promise<Command>>([
  ["daemon", async () => {
    holdSignals(startsAnew());
    return (await import("./daemon_command.ts")).daemonCommand;
  }],
  ["ctl", async () => (await import("./ctl_command.ts")).ctlCommand],
  ["echo-conf", async () => (await import("./echo_conf_command.ts")).echoConfCommand],
  ["pidproxy", async () => (await import("./pidproxy_command.ts")).pidproxyCommand],
  ["completions", async () => (await import("./completions_command.ts")).completionsCommand],
]);

/** Called by one of these names, visor is that command. */
const LINK_NAMES: ReadonlyMap<string, string> = new Map([
  ["supervisord", "daemon"],
  ["supervisorctl", "ctl"],
  ["echo_supervisord_conf", "echo-conf"],
  ["pidproxy", "pidproxy"],
]);

const OPTIONS: readonly OptionSpec[] = [
  { name: "help", short: "h?", help: "show this text" },
  { name: "version", short: "vV", help: "show version, runtime and target" },
];

const HELP = `Usage: visor COMMAND [options]

Keeps programs running, the way Supervisor does, from the same configuration files.

  daemon       supervise the programs of a supervisord.conf   (also: supervisord)
  ctl          ask a running daemon, or command it             (also: supervisorctl)
  echo-conf    print a commented sample configuration          (also: echo_supervisord_conf)
  pidproxy     forward signals to the pid in a pidfile         (also: pidproxy)
  completions  print completions for bash, zsh or fish

  visor COMMAND --help   the options of a command
  visor --version        version, runtime and target
`;

/** Errors whose message is meant for whoever typed the command line; exit status 2. */
const USAGE_ERRORS: ReadonlySet<string> = new Set([
  "UsageError",
  "ConfigError",
  "StartError",
  "LibraryError",
  "BackgroundError",
]);

/**
 * @param argv0 The name that visor was called by.
 * @returns The exit status.
 */
export async function main(argv0: string, words: readonly string[]): Promise<number> {
  const called = argv0.slice(argv0.lastIndexOf("/") + 1);
  const linked = LINK_NAMES.get(called);
  const isCommand = !linked && COMMANDS.has(words[0] ?? "");
  const program = isCommand ? `${argv0} ${words[0]}` : argv0;
  try {
    if (linked) return await run(linked, words, program);
    const [first] = words;
    if (first === undefined || first.startsWith("-")) return about(words);
    if (first === "help") return about(["--help"]);
    return await run(first, words.slice(1), program);
  } catch (error) {
    if (!(error instanceof Error && USAGE_ERRORS.has(error.name))) throw error;
    printError(`Error: ${error.message}\n${whereabouts(error)}For help, use ${program} -h\n`);
    return 2;
  }
}

/** Beside Supervisor's words for a mistake in a file: its line, and what was expected there. */
function whereabouts(error: Error): string {
  if (!(error instanceof ConfigError) || error.place.line === null) return "";
  return `${describe(error)}\n`;
}

async function run(name: string, words: readonly string[], program: string): Promise<number> {
  const load = COMMANDS.get(name);
  if (!load) {
    const known = [...COMMANDS.keys()].join(", ");
    printError(`Error: there is no command '${name}'; there are ${known}\n`);
    return 2;
  }
  return await (await load())(words, program);
}

function about(words: readonly string[]): number {
  const { values, rest } = getopt(words, OPTIONS);
  if (rest.length > 0) throw new UsageError(`unexpected argument '${rest[0]}'`);
  if (values.has("version")) {
    print(`${describeVersion()}\n`);
    return 0;
  }
  const asked = values.has("help");
  (asked ? print : printError)(HELP);
  return asked ? 0 : 2;
}
