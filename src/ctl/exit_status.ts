/** What `ctl` exits with. @see spec/ctl.md §3 */
export const EXIT = {
  OK: 0,
  GENERIC: 1,
  USAGE: 2,
  /** `status`: something listed is down. */
  NOT_ALL_UP: 3,
  NO_SUPERVISOR_NAMESPACE: 3,
  /** `status`: no answer, or a name that is not there. */
  STATUS_UNKNOWN: 4,
  REFUSED: 4,
  /** `wait`: what is waited for cannot come about any more. */
  NO_LONGER_POSSIBLE: 3,
  WRONG_API_VERSION: 5,
  NO_SOCKET: 7,
  /** `plan`: there are changes. 1 to 5 and 7 say already that something went wrong. */
  CHANGES_PENDING: 6,
  /** A spawn error, an early end, or nothing running to signal. */
  NOT_RUNNING: 7,
  /** `wait`: as timeout(1) has it. */
  TIMEOUT: 124,
  /** `wait` was left with Ctrl-C: as a shell has it. */
  INTERRUPTED: 130,
} as const;
