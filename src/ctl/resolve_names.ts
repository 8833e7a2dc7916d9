/** From the names that somebody typed to processes. */
import { ApiError } from "../client/api_error.ts";
import type { ProcessDetails } from "../model/details.ts";
import { EXIT } from "./exit_status.ts";
import { expandNames } from "./expand_names.ts";
import { fullName } from "./process_name.ts";
import type { Session } from "./session.ts";
import { unknownLine } from "./unknown.ts";

export interface Resolved {
  /** Each once, in the order of the names. */
  readonly processes: readonly ProcessDetails[];
  /** false if there is a name that means none: the session has been told. */
  readonly isComplete: boolean;
}

/** The processes that names mean; `all` means all. */
export async function resolveNames(
  session: Session,
  words: readonly string[],
): Promise<Resolved> {
  const names = await expandNames(session, words);
  if (!names) return { processes: [], isComplete: false };
  if (names.includes("all")) {
    const { processes } = await session.daemon.getProcessDetails();
    return { processes, isComplete: true };
  }
  const found = new Map<string, ProcessDetails>();
  let isComplete = true;
  for (const name of names) {
    try {
      const { processes } = await session.daemon.getProcessDetails([name]);
      for (const process of processes) found.set(fullName(process), process);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "BAD_NAME")) throw error;
      session.fail(EXIT.GENERIC, unknownLine(name), "BAD_NAME");
      isComplete = false;
    }
  }
  return { processes: [...found.values()], isComplete };
}
