/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

/** `oneshot`: it does its work and ends; an expected end is what it is there for. */
export type ProgramType = "oneshot" | "service";

/** How the wait before another try grows. */
export interface RestartBackoff {
  readonly factor: number;
  /** Seconds; the longest wait. Who was up for as long starts at the beginning again. */
  readonly cap: number;
  /** By which part of it each wait is made shorter or longer at random: 0 to 1. */
  readonly jitter: number;
}

/** How often a program may be restarted within some seconds. */
export interface RestartLimit {
  readonly restarts: number;
  readonly seconds: number;
}

/** What comes of a program that reached its restartlimit. */
export type RestartLimitAction = "fatal" | "slow";

/** One of the signals that ask a program to stop, and how long it is waited for then. */
export interface StopStep {
  readonly signal: number;
  /** null: stopwaitsecs. */
  readonly seconds: number | null;
}

/** Whom a stop ends: `tree` is also what left the process group. */
export type StopScope = "process" | "tree";

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions {
  /** null: as `[supervisord]` says. */
  readonly exit_on: ExitOn | null;
  readonly type: ProgramType | null;
  /** Seconds, fractions too. */
  readonly restartdelaysecs: number | null;
  readonly restartbackoff: RestartBackoff | null;
  readonly restartlimit: RestartLimit | null;
  readonly restartlimit_action: RestartLimitAction | null;
  readonly stopsignals: readonly StopStep[] | null;
  /** Run in place of the first signal. */
  readonly stop_command: string | null;
  readonly stopscope: StopScope | null;
  readonly reload_signal: number | null;
  readonly reload_command: string | null;
  /** Has to succeed before the program is started. */
  readonly pre_start: string | null;
  /** Seconds; null: 30. */
  readonly pre_start_timeout: number | null;
  /** Run after every end of the program. */
  readonly post_stop: string | null;
  readonly post_stop_timeout: number | null;
}

export const UNSET_OPTIONS: OwnProgramOptions = {
  exit_on: null,
  type: null,
  restartdelaysecs: null,
  restartbackoff: null,
  restartlimit: null,
  restartlimit_action: null,
  stopsignals: null,
  stop_command: null,
  stopscope: null,
  reload_signal: null,
  reload_command: null,
  pre_start: null,
  pre_start_timeout: null,
  post_stop: null,
  post_stop_timeout: null,
};
