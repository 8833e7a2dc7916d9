/** Sending signals. */
import { ERRNO, errnoName } from "./errno.ts";
import { errno, libc } from "./libc.ts";

/** How a signal fared: it was sent, nobody was there to get it, or the system refused. */
export type Delivery =
  | { readonly type: "sent" | "gone" }
  | { readonly type: "refused"; readonly reason: string };

/**
 * @param pid Of a child that has not been reaped: nobody else can have its number until then.
 * @param toGroup To the whole process group that it leads.
 */
export function sendSignal(pid: number, signal: number, toGroup: boolean): Delivery {
  if (!(pid > 1)) throw new Error(`refusing to signal pid ${pid}`);
  if (libc().kill(toGroup ? -pid : pid, signal) === 0) return { type: "sent" };
  const reason = errno();
  return reason === ERRNO.ESRCH ? { type: "gone" } : { type: "refused", reason: errnoName(reason) };
}
