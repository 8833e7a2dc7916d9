/** A daemon that goes away while it is watched. */
import { errorCode } from "./connection_error.ts";
import type { Session } from "./session.ts";
import { upcheck } from "./upcheck.ts";

/** A daemon that is ending may still take a connection. */
const PAUSE_MS = 100;

/** Says that it has gone. @throws What it was, where that was something else. */
export async function tellLoss(session: Session, error: unknown): Promise<void> {
  if (errorCode(error) === undefined) throw error;
  await new Promise<void>((resolve) => session.io.clock.after(PAUSE_MS, resolve));
  if (await upcheck(session)) throw error;
}
