/** One command, whatever comes of it. */
import { readCommandLine } from "./command_line.ts";
import { isUnauthorized } from "./connection_error.ts";
import { EXIT } from "./exit_status.ts";
import { rawErrorLine } from "./raw_error.ts";
import type { Session } from "./session.ts";
import { leave, VERBS } from "./verbs.ts";

/**
 * Run a line. Errors are printed and set the session's exit status; none is thrown.
 *
 * @see spec/ctl.md §2
 */
export async function runLine(session: Session, line: string): Promise<void> {
  try {
    await runAuthorized(session, line);
  } catch (error) {
    session.fail(EXIT.GENERIC, rawErrorLine(error));
  }
}

/** Asks for a name and a password as often as the daemon refuses those it has. */
async function runAuthorized(session: Session, line: string): Promise<void> {
  for (;;) {
    try {
      return await dispatch(session, line);
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

async function dispatch(session: Session, line: string): Promise<void> {
  const { verb, args } = readCommandLine(line);
  if (line.trim() === "") return;
  if (verb === "EOF") return leave(session);
  const found = VERBS.get(verb);
  if (found) await found.run(session, args);
  else session.fail(EXIT.GENERIC, `*** Unknown syntax: ${line.trim()}`);
}
