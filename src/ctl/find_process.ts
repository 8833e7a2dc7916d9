import type { ProcessInfo } from "../rpc/structs.ts";
import { faultName } from "./connection_error.ts";
import type { Session } from "./session.ts";

/** @returns undefined where nothing is called so. */
export async function findProcess(
  session: Session,
  name: string,
): Promise<ProcessInfo | undefined> {
  try {
    return await session.daemon.getProcessInfo(name);
  } catch (error) {
    if (faultName(error) !== "BAD_NAME") throw error;
  }
}
