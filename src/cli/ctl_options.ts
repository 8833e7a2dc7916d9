/** The command line of `ctl`. @see spec/ctl.md §1 */
import { url } from "../config/datatypes.ts";
import type { CtlConfig } from "../model/config.ts";
import { describeOptions, getopt, type OptionSpec, UsageError } from "./getopt.ts";

export const CTL_OPTIONS: readonly OptionSpec[] = [
  { name: "configuration", short: "c", takes: "FILE", help: "the configuration to read" },
  { name: "help", short: "h?", help: "show this text" },
  { name: "interactive", short: "i", help: "ask questions, and open a prompt without an action" },
  { name: "serverurl", short: "s", takes: "URL", help: "unix:///path or http://host:port" },
  { name: "username", short: "u", takes: "NAME", help: "for a server with a password" },
  { name: "password", short: "p", takes: "TEXT", help: "the password itself" },
  { name: "history_file", short: "r", takes: "FILE", help: "where the prompt keeps its history" },
  { name: "json", help: "answer the action with one JSON document", inFull: true },
];

export interface CtlCommandLine {
  readonly help: boolean;
  /** As given; null: search for it. */
  readonly configuration: string | null;
  readonly interactive: boolean;
  readonly overrides: Partial<CtlConfig>;
  readonly json: boolean;
  /** The action and its arguments. */
  readonly words: readonly string[];
}

const VALUES = ["serverurl", "username", "password", "history_file"] as const;

/** @throws {UsageError} */
export function parseCtlCommandLine(words: readonly string[]): CtlCommandLine {
  const normal = words.map((word) => word.replace(/^--history-file(?==|$)/, "--history_file"));
  const { values, rest } = getopt(normal, CTL_OPTIONS);
  const overrides: Partial<Record<typeof VALUES[number], string>> = {};
  for (const name of VALUES) {
    const given = values.get(name);
    if (given) overrides[name] = given.value;
  }
  const given = values.get("serverurl");
  if (given) checkUrl(given);
  const json = values.has("json");
  if (json && rest.length === 0) throw new UsageError("option --json needs an action");
  return {
    help: values.has("help"),
    configuration: values.get("configuration")?.value ?? null,
    interactive: values.has("interactive"),
    overrides,
    json,
    words: rest,
  };
}

function checkUrl({ value, flag }: { readonly value: string; readonly flag: string }): void {
  try {
    url(value);
  } catch (error) {
    throw new UsageError(`invalid value for ${flag} '${value}': ${(error as Error).message}`);
  }
}

export function ctlHelp(program: string): string {
  return `Usage: ${program} [options] [action [arguments]]

Asks a running daemon, or commands it. Without an action it opens a prompt; "${program} help" lists
the actions.

${describeOptions(CTL_OPTIONS)}`;
}
