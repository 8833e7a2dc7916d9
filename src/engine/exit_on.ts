/** When the end of a program is the end of the daemon. An option of ours. */
import { type Exit, shellStatus } from "../model/exit.ts";
import type { ExitOn } from "../model/own_options.ts";
import type { ProcessState } from "../model/state.ts";

/** What the daemon exits with for a program that cannot be run: EX_SOFTWARE of sysexits.h. */
const NEVER_RAN = 70;

/** A program's change of state. */
export interface ProgramChange {
  readonly state: ProcessState;
  /** It is about the end of a run, not about a start that failed. */
  readonly hasRun: boolean;
  /** How its last run ended; null if it never ran. */
  readonly lastExit: Exit | null;
}

/**
 * What a program's change of state means for the daemon.
 *
 * A program that was given up is a failure, also when it always exited with 0.
 *
 * @returns The status for the daemon to exit with; undefined if it goes on.
 */
export function daemonExitStatus(
  exit_on: ExitOn | null,
  { state, hasRun, lastExit }: ProgramChange,
): number | undefined {
  const isExit = state === "EXITED" || state === "BACKOFF" && hasRun;
  const ends = exit_on === "exit"
    ? isExit || state === "FATAL"
    : exit_on === "fatal" && state === "FATAL";
  if (!ends) return undefined;
  const status = lastExit === null ? NEVER_RAN : shellStatus(lastExit);
  return state === "FATAL" && status === 0 ? NEVER_RAN : status;
}
