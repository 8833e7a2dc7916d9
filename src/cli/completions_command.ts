/** `visor completions`. */
import { optionsOf } from "../ctl/verb.ts";
import { VERBS } from "../ctl/verbs.ts";
import { print } from "../platform/standard_output.ts";
import type { CliDescription, OptionDescription } from "./completion_data.ts";
import { completionScript, type Shell } from "./completions.ts";
import { CTL_OPTIONS } from "./ctl_options.ts";
import { DAEMON_OPTIONS } from "./daemon_options.ts";
import { type OptionSpec, UsageError } from "./getopt.ts";

const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** @returns The exit status. @throws {UsageError} */
export function completionsCommand(words: readonly string[], program: string): number {
  if (words[0] === "--help" || words[0] === "-h") {
    print(
      `Usage: ${program} ${SHELLS.join("|")}\n\nPrints a script that completes visor's words.\n`,
    );
    return 0;
  }
  const shell = SHELLS.find((each) => each === words[0]);
  if (!shell || words.length > 1) {
    throw new UsageError(`completions needs the name of one shell: ${SHELLS.join(", ")}`);
  }
  print(completionScript(shell, description()));
  return 0;
}

function description(): CliDescription {
  return {
    program: "visor",
    commands: [
      {
        name: "daemon",
        summary: "supervise the programs of a supervisord.conf",
        link: "supervisord",
        options: DAEMON_OPTIONS.map(describeOption),
      },
      {
        name: "ctl",
        summary: "ask a running daemon, or command it",
        link: "supervisorctl",
        options: CTL_OPTIONS.map(describeOption),
        actions: [...VERBS.values()].map((verb) => ({
          name: verb.name,
          summary: verb.help[0]?.[1] ?? "",
          options: optionsOf(verb),
          ...(verb.takes ? { takes: verb.takes } : {}),
        })),
      },
      {
        name: "echo-conf",
        summary: "print a commented sample configuration",
        link: "echo_supervisord_conf",
        options: [{ flags: ["--demo"], summary: "print one that runs", value: "folder" }],
      },
      {
        name: "pidproxy",
        summary: "forward signals to the pid in a pidfile",
        link: "pidproxy",
        options: [],
      },
      {
        name: "completions",
        summary: "print completions for a shell",
        options: [],
        actions: SHELLS.map((name) => ({ name, summary: `for ${name}` })),
      },
    ],
  };
}

function describeOption({ name, short, takes, help }: OptionSpec): OptionDescription {
  const letters = [...short ?? ""].filter((letter) => letter !== "?").map((letter) => `-${letter}`);
  const value = takes === "FILE" ? "file" : takes === "DIR" ? "folder" : "text";
  return {
    flags: [...letters, `--${name}`],
    summary: help,
    ...(takes === undefined ? {} : { value }),
  };
}
