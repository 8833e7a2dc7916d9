/** An action of `ctl`, as its table lists it. */
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";
import { JSON_OPTION } from "./words.ts";

export interface Verb {
  readonly name: string;
  readonly help: readonly HelpLine[];
  /** What its arguments name, for completion. */
  readonly takes?: "processes" | "groups" | "actions";
  /** Options that it takes beside `--json`, for completion. */
  readonly options?: readonly string[];
  /** The session makes the document that `--json` asks for; other verbs read the option themselves. */
  readonly json?: true;
  /**
   * @param args What follows the verb, without white space at the ends.
   * @param words The same as words: those of the command line as they are, those of a typed line
   * without the quotes that hold them together. For the verbs that Supervisor does not have.
   * @throws whatever the daemon's client throws and the verb has no words of its own for
   */
  run(session: Session, args: string, words: readonly string[]): Promise<void> | void;
}

/** A form of the verb and what it does; the text is empty where the form says it all. */
export type HelpLine = readonly [form: string, text: string];

/** All of its options. */
export function optionsOf({ json, options = [] }: Verb): readonly string[] {
  return json ? [JSON_OPTION, ...options] : options;
}

/** Arguments are what white space separates; nothing quotes. */
export function splitWords(args: string): string[] {
  return args.split(/\s+/).filter((word) => word !== "");
}

export function printHelp(session: Session, verb: Verb): void {
  const width = Math.max(...verb.help.map(([form]) => form.length));
  for (const [form, text] of verb.help) session.print(`${form.padEnd(width)}  ${text}`.trimEnd());
}

/** A mistake in the arguments: the reason, then how the verb is used. */
export function misuse(session: Session, verb: Verb, reason: string, exitStatus: number): void {
  session.fail(exitStatus, reason, "BAD_ARGUMENTS");
  printHelp(session, verb);
}

/** Complains about arguments where there should be none, and says whether it did. */
export function refuseArguments(session: Session, verb: Verb, args: string): boolean {
  if (args === "") return false;
  misuse(session, verb, `Error: ${verb.name} accepts no arguments`, EXIT.GENERIC);
  return true;
}

/** Complains about `--json` where there is no end that a document could wait for. */
export function refuseJson(session: Session, verb: Verb): boolean {
  if (!session.forPrograms) return false;
  session.fail(EXIT.USAGE, `Error: ${verb.name} has no end, and so no JSON`, "BAD_ARGUMENTS");
  return true;
}
