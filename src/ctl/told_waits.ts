/** What a start waits for, told to whoever waits for the start. */
import { namespec } from "../model/namespec.ts";
import { FAULT_CODES } from "../rpc/faults.ts";
import { faultName } from "./connection_error.ts";
import type { Session } from "./session.ts";

/** What takes longer may be waiting for another program. */
const PATIENCE_MS = 500;

/**
 * Starts processes, and prints what those of them wait for that are not started soon, or not until
 * somebody does something.
 *
 * @param names As the JSON API takes them; undefined for all.
 */
export async function tellingWaits<T>(
  session: Session,
  names: readonly string[] | undefined,
  start: () => Promise<T>,
): Promise<T> {
  let told: Promise<void> | undefined;
  const tell = () => told = tellWaits(session, names);
  const cancel = session.io.clock.after(PATIENCE_MS, tell);
  try {
    const answer = await start();
    if (Array.isArray(answer) && answer.some(isAbnormal)) tell();
    return answer;
  } catch (error) {
    if (faultName(error) === "ABNORMAL_TERMINATION") tell();
    throw error;
  } finally {
    cancel();
    await told;
  }
}

function isAbnormal({ status }: { readonly status: number }): boolean {
  return status === FAULT_CODES.ABNORMAL_TERMINATION;
}

/** Not every daemon can say it, and a start does not fail for that. */
async function tellWaits(session: Session, names: readonly string[] | undefined): Promise<void> {
  const found = await session.daemon.getProcessDetails(names).catch(() => undefined);
  for (const { group, name, waits_for, description } of found?.processes ?? []) {
    if (waits_for) session.print(`${namespec(group, name)}: ${description}`);
  }
}
