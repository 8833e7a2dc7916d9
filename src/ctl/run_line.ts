/** One command, whatever comes of it. */
import { ApiError } from "../client/api_error.ts";
import { readCommandLine } from "./command_line.ts";
import { isUnauthorized } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { rawErrorLine } from "./raw_error.ts";
import type { Session } from "./session.ts";
import { leave, VERBS } from "./verbs.ts";
import { splitQuoted } from "./words.ts";

/**
 * Run a line. Errors are printed and set the session's exit status; none is thrown.
 *
 * @param words The line as words, where it came as words.
 * @see spec/ctl.md §2
 */
export async function runLine(
  session: Session,
  line: string,
  words?: readonly string[],
): Promise<void> {
  try {
    await runAuthorized(session, line, words);
  } catch (error) {
    const isRefusal = error instanceof ApiError;
    session.fail(EXIT.GENERIC, isRefusal ? `ERROR: ${error.message}` : rawErrorLine(error));
  }
}

/** Asks for a name and a password as often as the daemon refuses those it has. */
async function runAuthorized(
  session: Session,
  line: string,
  words: readonly string[] | undefined,
): Promise<void> {
  for (;;) {
    try {
      return await dispatch(session, line, words);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      session.print("Server requires authentication");
      if (!session.interactive) throw error;
      const username = await session.ask("Username:");
      const password = await session.askPassword("Password:");
      session.print("");
      session.reconnect({ username, password });
    }
  }
}

async function dispatch(
  session: Session,
  line: string,
  words: readonly string[] | undefined,
): Promise<void> {
  const { verb, args } = readCommandLine(line, VERBS);
  if (line.trim() === "") return;
  if (verb === "EOF") return leave(session);
  const found = VERBS.get(verb);
  if (found) {
    await found.run(session, args, words?.[0] === verb ? words.slice(1) : splitQuoted(args));
  } else session.fail(EXIT.GENERIC, `*** Unknown syntax: ${line.trim()}`);
}
