/** The logs that are read for one client, all opened at the same moment. */
import { type ManagedProcess, processNamespec } from "../../engine/process.ts";
import type { Follower } from "../../logs/follow_file.ts";
import { hasTimes } from "../../logs/line_format.ts";
import { LogLines } from "../../logs/log_lines.ts";
import { closeParts, type LogPart } from "../../logs/log_parts.ts";
import { partsWithin } from "../../logs/read_parts.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import type { LogQuery } from "./log_query.ts";

export interface OpenLog {
  /** As `ctl` names the process. */
  readonly name: string;
  readonly hasTimes: boolean;
  readonly parts: readonly LogPart[];
  /** What goes on where the parts end. */
  readonly follower: Follower | undefined;
  /** Both go through it: a line may begin in the one and end in the other. */
  readonly lines: LogLines;
}

/** Files that all clients together may have open: programs need descriptors, too. */
const MOST_FILES = 256;

let filesOpen = 0;

export class OpenLogs {
  readonly logs: OpenLog[] = [];
  #files = 0;

  /** @throws {RpcFault} FAILED, where there are too many. @throws {Error} With a `code`. */
  constructor(daemon: Daemon, processes: readonly ManagedProcess[], query: LogQuery) {
    const seen = new Set<string>();
    try {
      for (const process of processes) this.#open(daemon, process, query, seen);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whoever waits for more is told that there will be none. */
  stopFollowing(): void {
    for (const { follower } of this.logs) follower?.close();
  }

  close(): void {
    this.stopFollowing();
    for (const { parts } of this.logs.splice(0)) closeParts(parts);
    filesOpen -= this.#files;
    this.#files = 0;
  }

  #open(
    daemon: Daemon,
    process: ManagedProcess,
    { channel, window, follow }: LogQuery,
    seen: Set<string>,
  ): void {
    const { config } = process;
    const all = daemon.openLogParts(process, channel);
    const isTimed = hasTimes(config);
    const parts = partsWithin(all, window, isTimed);
    closeParts(all.filter((part) => !parts.includes(part)));
    const identity = all.at(-1)?.identity;
    if (identity && seen.has(identity)) return closeParts(parts); // several write the same file
    if (identity) seen.add(identity);
    const follower = follow ? daemon.followProcess(process, channel, 0) : undefined;
    if (all.length === 0 && !follower) return;
    const lines = new LogLines(isTimed, window);
    const name = processNamespec(process);
    this.logs.push({ name, hasTimes: isTimed, parts, follower, lines });
    this.#count(parts.length + (follower ? 1 : 0));
  }

  #count(more: number): void {
    this.#files += more;
    filesOpen += more;
    if (filesOpen <= MOST_FILES) return;
    const text =
      `more than ${MOST_FILES} files would be read: name fewer programs, or a later time`;
    throw fault("FAILED", text);
  }
}
