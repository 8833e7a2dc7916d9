/** Who the daemon runs as, and what it may open. @see spec/processes.md §2, steps 3 and 4 */
import type { SupervisordConfig } from "../model/config.ts";
import { credentialsOf } from "../platform/accounts.ts";
import { becomeUser, type CredentialsStep } from "../platform/credentials.ts";
import { getLimit, type LimitedResource, raiseFileLimit, raiseLimit } from "../platform/limits.ts";
import { StartError } from "./start_error.ts";

/** Lines for the activity log, which is not open yet. */
export interface Notices {
  readonly critical: string[];
  readonly info: string[];
}

const RUNNING_AS_ROOT = "Supervisor is running as root.  Privileges were not dropped because no " +
  "user is specified in the config file.  If you intend to run as root, you can set user=root in " +
  "the config file to avoid this message.";

/** Supervisor's words for why somebody could not be become. */
export const NOT_BECOME: Readonly<Record<CredentialsStep, string>> = {
  root: "Can't drop privilege as nonroot user",
  groups: "Could not set groups of effective user",
  gid: "Could not set group id of effective user",
  uid: "Could not set user id of effective user",
};

/** @throws {StartError} */
export function dropPrivileges(config: SupervisordConfig, notices: Notices): void {
  if (config.user === null) {
    if (process.getuid!() === 0) notices.critical.push(RUNNING_AS_ROOT);
    return;
  }
  const uid = config.user.id;
  if (process.getuid!() !== uid) {
    const credentials = credentialsOf(config.user);
    if (!credentials) throw new StartError(`Can't find uid ${uid}`);
    const failed = becomeUser(credentials);
    if (failed) throw new StartError(NOT_BECOME[failed]);
  }
  notices.info.push(`Set uid to user ${uid} succeeded`);
}

/** @throws {StartError} If the hard limit is below what the configuration asks for. */
export function raiseLimits(config: SupervisordConfig, notices: Notices): void {
  const before = getLimit("NOFILE").soft;
  if (!raiseFileLimit(config.minfds)) throw tooLow("NOFILE", "minfds", config.minfds);
  if (before < config.minfds) {
    notices.info.push(`Increased RLIMIT_NOFILE limit to ${config.minfds}`);
  }
  const processes = getLimit("NPROC").soft;
  if (!raiseLimit("NPROC", config.minprocs)) throw tooLow("NPROC", "minprocs", config.minprocs);
  if (processes < config.minprocs) {
    notices.info.push(`Increased RLIMIT_NPROC limit to ${config.minprocs}`);
  }
}

function tooLow(resource: LimitedResource, option: string, wanted: number): StartError {
  const what = resource === "NOFILE" ? "file descriptors" : "available processes";
  const { hard } = getLimit(resource);
  return new StartError(
    `The minimum number of ${what} required is ${wanted} as per the "${option}" setting, but the ` +
      `hard limit of this environment is ${hard}. Raise it, or lower "${option}" in the ` +
      "[supervisord] section.",
  );
}
