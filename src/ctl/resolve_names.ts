/** From the names that somebody typed to processes. */
import { ApiError } from "../client/api_error.ts";
import type { ProcessDetails } from "../model/details.ts";
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";
import { noSuchProcess } from "./status.ts";

/**
 * Those that the names mean, each once; `all` means all.
 *
 * @returns undefined if there is one that means none: then the session has been told.
 */
export async function resolveNames(
  session: Session,
  names: readonly string[],
): Promise<readonly ProcessDetails[] | undefined> {
  if (names.includes("all")) return (await session.daemon.getProcessDetails()).processes;
  const found = new Map<string, ProcessDetails>();
  let isComplete = true;
  for (const name of names) {
    try {
      const { processes } = await session.daemon.getProcessDetails([name]);
      for (const process of processes) found.set(`${process.group}:${process.name}`, process);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "BAD_NAME")) throw error;
      session.fail(EXIT.GENERIC, noSuchProcess(name));
      isComplete = false;
    }
  }
  return isComplete ? [...found.values()] : undefined;
}
