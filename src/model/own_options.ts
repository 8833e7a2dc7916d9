/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */
import type { Owner } from "./config.ts";
import type { Dependency, StartupWait } from "./dependency.ts";
import { type HealthOptions, UNSET_HEALTH } from "./health.ts";

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

/** A file of `NAME=value` lines. */
export interface EnvironmentFile {
  /** Absolute. */
  readonly path: string;
  /** It need not be there. */
  readonly optional: boolean;
}

export interface EnvironmentFiles {
  /** What a later one says stands over what an earlier one says. */
  readonly files: readonly EnvironmentFile[];
  /** Names that the program's own `environment` sets, over what the files say. */
  readonly under: readonly string[];
}
/** How a line of output is written to a log: as it is, after its time and name, or as an object. */
export type LogFormat = "plain" | "prefixed" | "json";

/** Which clock the times of lines are told by. */
export type LogTimestamps = "none" | "local" | "utc";

/** What rotated logs are compressed with; `none`: no more of them, but those that are keep their turn. */
export type LogCompression = "gzip" | "zstd" | "none";

/** When a log is rotated, whatever its size: with the calendar, or every so many milliseconds. */
export type LogPeriod = "hourly" | "daily" | "weekly" | number;

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions extends HealthOptions {
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
  /** Read at each start. */
  readonly environment_file: EnvironmentFiles | null;
  /** Whether it gets nothing of the daemon's own environment… */
  readonly environment_clear: boolean | null;
  /** … but for these names. */
  readonly environment_keep: readonly string[] | null;
  /** Names, and the absolute paths of the files that have their values. Read at each start. */
  readonly environment_from: ReadonlyMap<string, string> | null;
  readonly depends_on: readonly Dependency[] | null;
  /** null: not a program that the dependent-startup plug-in starts, or its listener does that. */
  readonly dependent_startup_wait_for: readonly StartupWait[] | null;
  /** An update does not start what an operator has stopped. */
  readonly keepstopped: boolean | null;
  readonly log_format: LogFormat | null;
  readonly log_timestamps: LogTimestamps | null;
  /** What a prefixed line has after its time; `{group}` and the like stand for names. */
  readonly log_prefix: string | null;
  readonly logfile_compress: LogCompression | null;
  readonly logfile_rotate: LogPeriod | null;
  /** The permission bits of log files. */
  readonly logfile_mode: number | null;
  readonly logfile_owner: Owner | null;
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
  environment_file: null,
  environment_clear: null,
  environment_keep: null,
  environment_from: null,
  depends_on: null,
  dependent_startup_wait_for: null,
  keepstopped: null,
  ...UNSET_HEALTH,
  log_format: null,
  log_timestamps: null,
  log_prefix: null,
  logfile_compress: null,
  logfile_rotate: null,
  logfile_mode: null,
  logfile_owner: null,
};
