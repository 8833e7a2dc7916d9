/** What the server needs of the daemon it speaks for; `src/cli` wires the real one. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { Follower } from "../logs/follow_file.ts";
import type { LogPart } from "../logs/log_parts.ts";
import type { LogReader } from "../logs/read_log.ts";
import type { TreeUsage } from "../model/usage.ts";
import type { Channel, Config, LogLevel } from "../model/config.ts";
import type { Asker } from "../model/details.ts";
import type { CommandFile } from "../platform/command_file.ts";
import type { UpdateDocument } from "../model/update.ts";

/** Paths of a process's logs as clients see them; null where there is none to read. */
export type LogPaths = Readonly<Record<Channel, string | null>>;

/** Names of groups that a reread found to differ from the active ones. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Why a command cannot be run, in the words of `spawnerr`. */
export interface CommandTrouble {
  readonly fault: "NO_FILE" | "NOT_EXECUTABLE";
  readonly text: string;
}

/** What the server passes on with each request, to be had from Hono's context. */
export interface RequestBindings {
  /** As for `Fetch` of the platform. */
  readonly peer: string | null;
}

/** Errors carry a message for clients; see spec/control.md §3, FAILED. */
export interface Daemon {
  readonly supervisor: Supervisor;
  /** On whose behalf it is asked; absent between requests. */
  readonly asker?: Asker;
  readonly pid: number;
  /** The machine's own name. */
  readonly hostname: string;
  /**
   * Tells of each change of a process's state, and of each group added or removed, after it has
   * happened. A listener must be quick and must not throw.
   *
   * @returns Ends it.
   */
  onChange(listener: () => void): () => void;
  /** The configuration as last read, not necessarily applied. */
  config(): Config;
  log(level: LogLevel, text: string): void;
  /** Milliseconds since 1970. */
  wall(): number;
  /** @throws {Error} Its message says what is wrong with the file; the old config stays. */
  reread(): Changes;
  /** What an update would do, also to some groups only. @throws {Error} As `reread`. */
  planUpdate(groups: ReadonlySet<string> | undefined): UpdateDocument;
  /** Rereads, and brings what runs in line with it. @throws {Error} As `reread`. */
  update(groups: ReadonlySet<string> | undefined): Promise<UpdateDocument>;
  shutdown(): void;
  /** @throws {Error} If the configuration cannot be read; then everything goes on. */
  restart(): void;
  /** Looks the program's file up, as a start would. */
  checkCommand(process: ManagedProcess): CommandTrouble | undefined;
  /** As its `reload_signal` or `reload_command` says. @returns What went wrong, or null. */
  reload(process: ManagedProcess, by?: Asker): Promise<string | null>;
  /** The file that its command names, as it is now; null where there is none. */
  commandFile(process: ManagedProcess): CommandFile | null;
  logPaths(process: ManagedProcess): LogPaths;
  /** Empties the logs of a live process; a dead one has none open. @throws {Error} */
  clearLogs(process: ManagedProcess): void;
  /** @returns The paths of those that were rotated. @throws {Error} With a `code`. */
  rotateLogs(process: ManagedProcess): readonly string[];
  /** null where the daemon has no file of its own to read. */
  activityLogPath(): string | null;
  /** @throws {Error} */
  clearActivityLog(): void;
  /** @returns undefined if there is no file. @throws {Error} With a `code`, if it cannot be read. */
  openActivityLog(): (LogReader & Disposable) | undefined;
  /** As `openActivityLog`. Of output that goes to a stream or to syslog, the latest in memory. */
  openProcessLog(process: ManagedProcess, channel: Channel): (LogReader & Disposable) | undefined;
  /** Follows the activity log from near its end. @returns undefined if there is no file. */
  followActivityLog(): Follower | undefined;
  /** A log with its old ones, the oldest first; none where there is no log. @throws {Error} With a `code`. */
  openLogParts(process: ManagedProcess, channel: Channel): readonly LogPart[];
  /**
   * Follows a process's output.
   *
   * @param startBytes How much of its present end comes first; without it, a little.
   * @returns undefined where it has no log.
   */
  followProcess(
    process: ManagedProcess,
    channel: Channel,
    startBytes?: number,
  ): Follower | undefined;
  /** The latest of its last run's output, from memory; empty if there is none. */
  latestOutput(process: ManagedProcess, channel: Channel): Uint8Array;
  /** The output of its last run, as far as the present log has it and it is not too much. */
  readRun(process: ManagedProcess, channel: Channel): Uint8Array;
  /** As `readRun`, and then what comes, also of further runs. */
  followRun(process: ManagedProcess, channel: Channel): Follower;
  /** @returns false if the process's stdin is closed. */
  sendStdin(process: ManagedProcess, bytes: Uint8Array): boolean;
  /** What the trees of these processes take; those that are gone are not in the answer. */
  measureTrees(
    pids: readonly number[],
    withPss: boolean,
  ): Promise<ReadonlyMap<number, TreeUsage>>;
  sendRemoteEvent(type: string, data: string): void;
}
