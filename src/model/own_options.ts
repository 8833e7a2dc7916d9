/** Options of a program that Supervisor does not have: it ignores them, so a file stays portable. */
import type { Owner } from "./config.ts";

/** What of a program ends the daemon: `exit` is any end that nobody asked for, or FATAL. */
export type ExitOn = "fatal" | "exit" | "none";

/** How a line of output is written to a log: as it is, after its time and name, or as an object. */
export type LogFormat = "plain" | "prefixed" | "json";

/** Which clock the times of lines are told by. */
export type LogTimestamps = "none" | "local" | "utc";

/** What rotated logs are compressed with; `none`: no more of them, but those that are keep their turn. */
export type LogCompression = "gzip" | "zstd" | "none";

/** When a log is rotated, whatever its size: with the calendar, or every so many milliseconds. */
export type LogPeriod = "hourly" | "daily" | "weekly" | number;

/** null, each of them: not set, and everything is as with Supervisor. */
export interface OwnProgramOptions {
  /** null: as `[supervisord]` says. */
  readonly exit_on: ExitOn | null;
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
  log_format: null,
  log_timestamps: null,
  log_prefix: null,
  logfile_compress: null,
  logfile_rotate: null,
  logfile_mode: null,
  logfile_owner: null,
};
