/** The log files of programs: what they are called, and how they are made, rotated and compressed. */
import type { ActivityLog } from "../logs/activity_log.ts";
import { autoLogPrefix } from "../logs/auto_name.ts";
import { LogArchive } from "../logs/log_archive.ts";
import { type LogTarget, openLog } from "../logs/log_target.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import { type LogTrouble, type Losses, reasonOf } from "../logs/losses.ts";
import type { Channel, ProcessConfig, SupervisordConfig } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { FileAccess } from "../platform/file_access.ts";
import type { LogFiles } from "../platform/log_files.ts";

export interface ProgramLogFilesOptions {
  readonly clock: Clock;
  readonly files: LogFiles;
  readonly log: ActivityLog;
  readonly watchers: LogWatchers;
  /** As last read: a reread changes it. */
  supervisord(): SupervisordConfig;
}

/** A log that is to be opened. */
export interface LogOpening {
  readonly channel: Channel;
  readonly path: string;
  /** Those of an earlier log under this path, to go on with. */
  readonly losses: Losses | undefined;
}

export class ProgramLogFiles {
  readonly #options: ProgramLogFilesOptions;
  readonly #archive: LogArchive;

  constructor(options: ProgramLogFilesOptions) {
    const { files, log } = options;
    const tell = (path: string, why: string) =>
      log.log("warn", `cannot compress old logs of ${path}: ${why}; they stay as they are`);
    this.#options = options;
    this.#archive = new LogArchive(files, tell);
  }

  /** An AUTO log is made by this. @returns null if there is none, or none can be made. */
  pathOf(config: ProcessConfig, channel: Channel): string | null {
    const { files, log } = this.#options;
    const target = config[`${channel}_logfile`];
    if (target.type === "none") return null;
    if (target.type === "file") return target.path;
    const { childlogdir, identifier } = this.#options.supervisord();
    const prefix = autoLogPrefix(config.name, channel, identifier);
    try {
      return files.createUnique(childlogdir, prefix, ".log", accessOf(config));
    } catch (error) {
      log.log(
        "critical",
        `cannot make a ${channel} log for '${config.name}' in ${childlogdir}: ${reasonOf(error)}`,
      );
      return null;
    }
  }

  /** @throws {Error} With node's `code`. */
  open(config: ProcessConfig, { channel, path, losses }: LogOpening): LogTarget {
    const { clock, files, log, watchers } = this.#options;
    const { logfile_compress: codec, logfile_rotate: period } = config;
    const backups = config[`${channel}_logfile_backups`];
    const options = {
      path,
      maxbytes: config[`${channel}_logfile_maxbytes`],
      backups,
      access: accessOf(config),
      isCompressed: codec !== null,
      period,
    };
    const trouble = new OutputTrouble(config.name, log);
    const surroundings = { files, trouble, clock, watchers, losses };
    if (codec === null || codec === "none") return openLog(options, surroundings);
    const onRotated = () => this.#archive.add({ path, backups, codec });
    return openLog(options, { ...surroundings, onRotated });
  }

  /** Old logs are no longer compressed. Resolves when no file is touched any more. */
  close(): Promise<void> {
    return this.#archive.close();
  }
}

/** What cannot be written of a program's output, told in the activity log. */
class OutputTrouble implements LogTrouble {
  readonly #name: string;
  readonly #log: ActivityLog;

  constructor(name: string, log: ActivityLog) {
    this.#name = name;
    this.#log = log;
  }

  failing(path: string, why: string): void {
    const text =
      `cannot write ${path}: ${why}; output of '${this.#name}' is dropped until it works`;
    this.#log.log("warn", text);
  }

  healed(path: string, lost: number): void {
    const text = `writing ${path} works again; ${lost} bytes of '${this.#name}' were dropped`;
    this.#log.log("info", text);
  }

  abandoned(path: string, lost: number): void {
    const text = `${lost} bytes of '${this.#name}' were dropped that ${path} did not take`;
    this.#log.log("warn", text);
  }
}

/** What a log file is given when it is made, as far as the configuration says. */
function accessOf({ logfile_mode, logfile_owner }: ProcessConfig): Partial<FileAccess> | undefined {
  if (logfile_mode === null && logfile_owner === null) return undefined;
  const { user, group = null } = logfile_owner ?? {};
  return {
    ...(logfile_mode === null ? {} : { mode: logfile_mode }),
    ...(user ? { uid: user.id } : {}),
    ...(group ? { gid: group.id } : {}),
  };
}
