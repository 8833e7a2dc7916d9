/**
 * What visor tells of a process beyond Supervisor's `getProcessInfo`: one schema for the JSON API and
 * for all that is made of it. A member is only ever added; SCHEMA counts what had to change.
 */
import type { Channel } from "./config.ts";
import type { ProcessState } from "./state.ts";

export const SCHEMA = 1;

/** Who had something done. */
export interface Asker {
  /** The way in that an operator took, or what of the daemon it was. */
  readonly via: "XML-RPC" | "JSON API" | "web page" | "update" | "health check" | "shutdown";
  /** The address it came from, or `unix socket`; null where there is none. */
  readonly peer: string | null;
}

/** One start and what became of it. */
export interface AttemptDetails {
  /** Wall-clock milliseconds. */
  readonly started_at: number;
  /** null while it runs. */
  readonly duration_ms: number | null;
  /** null where nothing could be started. */
  readonly pid: number | null;
  /** Why nothing could be started. */
  readonly spawnerr: string | null;
  /** null where a signal ended it. */
  readonly exitstatus: number | null;
  /** The signal that ended it, e.g. `SIGSEGV`. */
  readonly signal: string | null;
  readonly core_dumped: boolean;
  /** Who had it stopped, or sent it that signal; null: nobody through visor. */
  readonly ended_by: Asker | null;
}

/** Where members come and go, they are null while there is nothing to tell. */
export interface ProcessDetails {
  readonly group: string;
  readonly name: string;
  readonly state: ProcessState;
  /** As `status` shows it. */
  readonly description: string;
  readonly pid: number | null;
  /** It is up, and says so itself where it has a way to. */
  readonly ready: boolean;
  /** What health checks say; null where there are none, or none has ended. */
  readonly healthy: boolean | null;
  /** An operator has stopped it, and nobody has started it since. */
  readonly stopped_by_operator: boolean;
  /** null for a program that has neither checks nor readiness, or was never started. */
  readonly health: HealthDetails | null;
  /** Wall-clock milliseconds of the last start and end. */
  readonly started_at: number | null;
  readonly stopped_at: number | null;
  /** Of the last run; -1 when a signal ended it. */
  readonly exitstatus: number | null;
  /** Why the last start failed, or the last end was unexpected. */
  readonly spawnerr: string | null;
  /** The last ten, oldest first. */
  readonly attempts: readonly AttemptDetails[];
  /** Starts after the first, since the daemon's own start. */
  readonly restarts: number;
  /** Wall-clock milliseconds at which it is started again by itself. */
  readonly next_try_at: number | null;
  /** Who had it stopped since its last start. */
  readonly stopped_by: Asker | null;
  /** What has to be so of others before it starts; null: it is not waiting to start. */
  readonly waits_for: readonly WaitDetails[] | null;
}

export interface WaitDetails {
  /** `web`, `site:web`; or the name of a group that is not there. */
  readonly process: string;
  /** A condition of `depends_on`, or states of `dependent_startup_wait_for`. */
  readonly condition: string;
  /** Both in words: `db to be ready`, or `db, which is FATAL`. */
  readonly text: string;
  /** As in `is FATAL`: why that will not be until somebody does something; null: it may come. */
  readonly trouble: string | null;
}

/** Of the run that is up or was last. */
export interface HealthDetails {
  /** What the last check said, or why it could not be done; null if it passed. The end of it. */
  readonly last_output: string | null;
  /** Checks in a row that count as failed. */
  readonly failures: number;
  /** Wall-clock milliseconds of the last check. */
  readonly checked_at: number | null;
  /** What the program itself said of how it is, with `readiness=notify`. */
  readonly status: string | null;
}

/** `GET /api/v1/processes`. */
export interface ProcessesDocument {
  readonly schema: typeof SCHEMA;
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly processes: readonly ProcessDetails[];
}

export interface ReloadResult {
  readonly group: string;
  readonly name: string;
  /** null if nothing went wrong. */
  readonly error: string | null;
}

/** `POST /api/v1/reload-program`. */
export interface ReloadDocument {
  readonly schema: typeof SCHEMA;
  readonly results: readonly ReloadResult[];
}

/**
 * A line of `GET /api/v1/changes`: the first names the schema, then each is about one process. A
 * reader passes over lines that it does not know, and over empty ones.
 */
export type ChangeLine =
  | { readonly schema: typeof SCHEMA; readonly now: number }
  | { readonly now: number; readonly process: ProcessDetails }
  | { readonly now: number; readonly removed: Pick<ProcessDetails, "group" | "name"> };

/** The end of what a run has printed, made fit for a terminal. */
export interface LastLines {
  readonly channel: Channel;
  readonly lines: readonly string[];
}

/** Why a process is as it is, for people. */
export interface Explanation {
  readonly process: ProcessDetails;
  /** State and reason in a sentence. */
  readonly summary: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly advice: readonly string[];
  /** null where the last run has printed nothing. */
  readonly last_lines: LastLines | null;
}

/** `GET /api/v1/explain`. */
export interface ExplainDocument {
  readonly schema: typeof SCHEMA;
  readonly now: number;
  readonly explanations: readonly Explanation[];
}
