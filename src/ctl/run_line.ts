/** One command, whatever comes of it. */
import { ApiError } from "../client/api_error.ts";
import { readCommandLine } from "./command_line.ts";
import { codeOf, isUnauthorized } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { rawErrorLine } from "./raw_error.ts";
import type { Session } from "./session.ts";
import { splitWords } from "./verb.ts";
import { leave, VERBS } from "./verbs.ts";
import { JSON_OPTION, splitQuoted, takeOption } from "./words.ts";

/** A line and what it asks for. */
interface Command {
  readonly line: string;
  readonly verb: string;
  readonly args: string;
  readonly words: readonly string[];
}

/**
 * Run a line. Errors are printed and set the session's exit status; none is thrown.
 *
 * @param words The line as words, where it came as words.
 * @param json The answer is to be a document, as with `--json` among the words.
 * @see spec/ctl.md §2
 */
export async function runLine(
  session: Session,
  line: string,
  words?: readonly string[],
  json = false,
): Promise<void> {
  const command = readCommand(line, words);
  const asked = takeOption(command.words, JSON_OPTION);
  const isOurs = VERBS.has(command.verb) && !VERBS.get(command.verb)!.json;
  const wanted = json || asked.found;
  session.begin(!wanted ? "text" : isOurs ? "verb's own" : "document");
  try {
    await runAuthorized(session, wanted ? inForm(command, asked.words, isOurs) : command);
  } catch (error) {
    const isRefusal = error instanceof ApiError;
    session.fail(
      EXIT.GENERIC,
      isRefusal || session.forPrograms ? `ERROR: ${(error as Error).message}` : rawErrorLine(error),
      codeOf(error),
    );
  }
  session.end();
}

function readCommand(line: string, words: readonly string[] | undefined): Command {
  const { verb, args } = readCommandLine(line, VERBS);
  return { line, verb, args, words: words?.[0] === verb ? words.slice(1) : splitQuoted(args) };
}

/** A verb that reads `--json` itself finds it first, any other not at all. */
function inForm(command: Command, words: readonly string[], isOurs: boolean): Command {
  if (isOurs) return { ...command, words: [JSON_OPTION, ...words] };
  const args = takeOption(splitWords(command.args), JSON_OPTION).words.join(" ");
  return { ...command, words, args };
}

/** Asks for a name and a password as often as the daemon refuses those it has. */
async function runAuthorized(session: Session, command: Command): Promise<void> {
  for (;;) {
    try {
      return await dispatch(session, command);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      if (session.forPrograms) throw error;
      session.print("Server requires authentication");
      if (!session.interactive) throw error;
      const username = await session.ask("Username:");
      const password = await session.askPassword("Password:");
      session.print("");
      session.reconnect({ username, password });
    }
  }
}

async function dispatch(session: Session, { line, verb, args, words }: Command): Promise<void> {
  if (line.trim() === "") return;
  if (verb === "EOF") return leave(session);
  const found = VERBS.get(verb);
  if (found) await found.run(session, args, words);
  else session.fail(EXIT.GENERIC, `*** Unknown syntax: ${line.trim()}`, "BAD_ARGUMENTS");
}
