/** What stands in for `fg`, `tail -f` and `maintail -f`: the one place that knows they are missing. */
import { EXIT } from "./exit_status.ts";
import type { Session } from "./session.ts";

export function refuseToFollow(session: Session): void {
  session.fail(EXIT.GENERIC, "ERROR: not available in this version: use tail");
}
