/**
 * What visor tells of a process beyond Supervisor's `getProcessInfo`: one schema for the JSON API and
 * for all that is made of it. A member is only ever added; SCHEMA counts what had to change.
 */
import type { ProcessState } from "./state.ts";

export const SCHEMA = 1;

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
  /** Wall-clock milliseconds of the last start and end. */
  readonly started_at: number | null;
  readonly stopped_at: number | null;
  /** Wall-clock milliseconds of the next try that it will get by itself. */
  readonly next_try_at: number | null;
  /** Of the last run; -1 when a signal ended it. */
  readonly exitstatus: number | null;
  /** Why the last start failed, or the last end was unexpected. */
  readonly spawnerr: string | null;
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
