/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */

import { type HealthOptions, UNSET_HEALTH } from "./health.ts";

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions extends HealthOptions {
  /** null: as `[supervisord]` says. */
  readonly exit_on: ExitOn | null;
}

export const UNSET_OPTIONS: OwnProgramOptions = {
  exit_on: null,
  ...UNSET_HEALTH,
};
