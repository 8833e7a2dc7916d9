/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */
import type { Dependency, StartupWait } from "./dependency.ts";

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions {
  /** null: as `[supervisord]` says. */
  readonly exit_on: ExitOn | null;
  readonly depends_on: readonly Dependency[] | null;
  /** null: not a program that the dependent-startup plug-in starts, or its listener does that. */
  readonly dependent_startup_wait_for: readonly StartupWait[] | null;
}

export const UNSET_OPTIONS: OwnProgramOptions = {
  exit_on: null,
  depends_on: null,
  dependent_startup_wait_for: null,
};
