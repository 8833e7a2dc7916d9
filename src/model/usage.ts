/** What processes take of the machine: `GET /api/v1/usage`. */
import type { ProcessDetails, SCHEMA } from "./details.ts";

/** Of a program's process with all that descends from it or is of its process group. */
export interface TreeUsage {
  /** How many processes it is. */
  readonly processes: number;
  /** Processor time so far, in milliseconds, that of its ended children included. */
  readonly cpu_ms: number;
  /** Memory that is resident; what processes share counts for each of them. */
  readonly rss_bytes: number;
  /** As `rss_bytes`, with what is shared divided among those who share it. null: not asked for, or not to be had. */
  readonly pss_bytes: number | null;
}

/** A process, what its tree takes (null while it is down) and the last line of its output. */
export interface ProcessUsage extends ProcessDetails {
  readonly usage: TreeUsage | null;
  readonly last_line: string | null;
}

export interface UsageDocument {
  readonly schema: typeof SCHEMA;
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** Monotonic milliseconds: processor time of two documents divided by theirs is a share of one processor. */
  readonly clock_ms: number;
  /** By group and name. */
  readonly processes: readonly ProcessUsage[];
}
