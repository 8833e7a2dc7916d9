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
