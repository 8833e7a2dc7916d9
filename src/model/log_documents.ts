/** What the JSON API tells of logs. */

/** What came of rotating the logs of one process. */
export interface RotateResult {
  readonly group: string;
  readonly name: string;
  /** The paths of those that were rotated: of an empty log, or a stream, there is nothing to rotate. */
  readonly rotated: readonly string[];
  /** Why one could not be. */
  readonly error: string | null;
}

/** `POST /api/v1/rotate`, with `{"names": ["web", "site:*"]}`, or `{}` for all. */
export interface RotateDocument {
  readonly results: readonly RotateResult[];
}

/**
 * `GET /api/v1/logs` answers with a line of JSON for each of these: the head first, then lines, and
 * among them what could not be read.
 */
export type LogRecord = LogHead | LogLineRecord | LogErrorRecord;

export interface LogHead {
  /** Those that have a log to be read, as `ctl` names them. */
  readonly names: readonly string[];
  /** Whether lines come by their times, which all of them have; else one log after the other. */
  readonly by_time: boolean;
}

export interface LogLineRecord {
  readonly name: string;
  /** Milliseconds since 1970; null where the line does not say. */
  readonly time: number | null;
  readonly line: string;
}

export interface LogErrorRecord {
  readonly error: string;
}
