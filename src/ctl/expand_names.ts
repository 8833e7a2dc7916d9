/** The names that the words of a verb stand for. */
import { EXIT } from "./exit_status.ts";
import { isPattern, selectProcesses } from "./selection.ts";
import type { Session } from "./session.ts";

/**
 * Words as they are, where none has a wildcard; then nobody is asked.
 *
 * @returns undefined where an exclusion is a mistake; the session has been told.
 */
export async function expandNames(
  session: Session,
  words: readonly string[],
): Promise<readonly string[] | undefined> {
  if (!words.some(isPattern)) return words;
  const { names, mistaken } = selectProcesses(await session.daemon.getAllProcessInfo(), words);
  for (const word of mistaken) {
    session.fail(EXIT.GENERIC, `${word}: ERROR (no such process)`, "BAD_NAME");
  }
  return mistaken.length > 0 ? undefined : names;
}

/** As `expandNames`, for a verb that takes one name. */
export async function expandName(session: Session, word: string): Promise<string | undefined> {
  const names = await expandNames(session, [word]);
  if (!names || names.length === 1) return names?.[0];
  const complaint = `${word}: ERROR (stands for ${names.length} processes, not for one)`;
  session.fail(EXIT.GENERIC, complaint, "BAD_ARGUMENTS");
}
