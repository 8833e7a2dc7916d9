/** Is there a daemon to talk to, and does it speak our language? */
import { EXIT } from "./exit_status.ts";
import { errorCode, faultName } from "./connection_error.ts";
import type { Session } from "./session.ts";

const API_VERSION = "3.0";

/**
 * Greets the daemon before a verb bothers it, and explains the ordinary reasons for no answer.
 *
 * @returns false when the verb had better not go on; the session has been told why.
 * @throws anything out of the ordinary
 * @see spec/ctl.md §3
 */
export async function upcheck(session: Session): Promise<boolean> {
  try {
    const version = await session.daemon.getAPIVersion();
    if (version === API_VERSION) return true;
    session.fail(EXIT.WRONG_API_VERSION, wrongVersion(version), "WRONG_API_VERSION");
  } catch (error) {
    explain(session, error);
  }
  return false;
}

function explain(session: Session, error: unknown): void {
  if (faultName(error) === "UNKNOWN_METHOD") {
    session.fail(EXIT.NO_SUPERVISOR_NAMESPACE, NO_NAMESPACE, "UNKNOWN_METHOD");
  } else if (errorCode(error) === "ECONNREFUSED") {
    session.fail(EXIT.REFUSED, `${session.serverurl} refused connection`, "ECONNREFUSED");
  } else if (errorCode(error) === "ENOENT") {
    session.fail(EXIT.NO_SOCKET, `${session.serverurl} no such file`, "ENOENT");
  } else throw error;
}

const NO_NAMESPACE =
  "Sorry, supervisord responded but did not recognize the supervisor namespace commands that " +
  "ctl sends. Does the daemon's configuration have a [rpcinterface:supervisor] section?";

function wrongVersion(version: string): string {
  return "Sorry, this version of supervisorctl expects to talk to a server with API version " +
    `${API_VERSION}, but the remote version is ${version}.`;
}
