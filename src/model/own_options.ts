/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */
import type { Owner } from "./config.ts";
import type { Dependency, StartupWait } from "./dependency.ts";
import { type HealthOptions, UNSET_HEALTH } from "./health.ts";

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

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
