/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions {
  /** null: as `[supervisord]` says. */
  readonly exit_on: ExitOn | null;
  /** An update does not start what an operator has stopped. */
  readonly keepstopped: boolean | null;
}

export const UNSET_OPTIONS: OwnProgramOptions = {
  exit_on: null,
  keepstopped: null,
};
