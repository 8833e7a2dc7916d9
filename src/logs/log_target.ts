/** Where the bytes of a log go. */
import type { LogPeriod } from "../model/own_options.ts";
import type { Clock } from "../platform/clock.ts";
import type { LogFiles } from "../platform/log_files.ts";
import { LogFile, type LogFileOptions } from "./log_file.ts";
import type { LogWatchers } from "./log_watchers.ts";
import type { LogTrouble, Losses } from "./losses.ts";
import { StreamLog } from "./stream_log.ts";
import { TimedLog } from "./timed_log.ts";

export interface LogTarget {
  readonly path: string;
  /** What it did not take. The next log under this path goes on with them, or they are at an end. */
  readonly losses: Losses;
  /** Never throws, never waits: what cannot be written is dropped and counted. */
  write(bytes: Uint8Array): void;
  /** @returns false if there is nothing to rotate. @throws {Error} With node's `code`. */
  rotate(): boolean;
  /** Goes on under the configured name. */
  reopen(): void;
  /** Starts again with nothing in it. @throws {Error} With node's `code`. */
  clear(): void;
  close(): void;
}

export interface LogTargetSurroundings {
  readonly files: LogFiles;
  readonly trouble: LogTrouble;
  readonly clock: Clock;
  /** Those of an earlier log under this path, to go on with. */
  readonly losses?: Losses | undefined;
  /** Who follows files, and is told of each write. */
  readonly watchers?: LogWatchers;
  /** Told of each rotation. */
  readonly onRotated?: () => void;
}

export interface LogOptions extends LogFileOptions {
  /** null: it is rotated by its size alone. */
  readonly period?: LogPeriod | null;
}

/** A stream for /dev/stdout and the like, whatever `maxbytes` says; else a file. @throws {Error} */
export function openLog(options: LogOptions, surroundings: LogTargetSurroundings): LogTarget {
  const { files, clock } = surroundings;
  if (files.isStream(options.path)) return new StreamLog(options.path, surroundings);
  const log = new LogFile(options, { ...surroundings, now: clock.now });
  const { period = null } = options;
  return period === null ? log : new TimedLog(log, period, clock);
}
