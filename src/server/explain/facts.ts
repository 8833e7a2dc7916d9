/** What an explanation is made from: plain data. */
import type { ProcessConfig } from "../../model/config.ts";
import type { AttemptDetails, LastLines, ProcessDetails } from "../../model/details.ts";
import type { CommandFile } from "../../platform/command_file.ts";

export interface Facts {
  /** As it is typed. */
  readonly name: string;
  readonly process: ProcessDetails;
  readonly config: Pick<
    ProcessConfig,
    | "autostart"
    | "autorestart"
    | "startsecs"
    | "startretries"
    | "exitcodes"
    | "stopwaitsecs"
  >;
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly lastLines: LastLines | null;
  /** The file that its command names; null where there is none. */
  readonly file: CommandFile | null;
}

/** What went wrong with the last start, or how that run ended. */
export type Failure =
  | { readonly type: "spawn"; readonly reason: string }
  /** Told by the shell that stood in for the program. */
  | { readonly type: "exec" | "chdir"; readonly path: string; readonly errno: string }
  | { readonly type: "user"; readonly reason: string }
  | { readonly type: "code"; readonly code: number; readonly attempt: AttemptDetails }
  | { readonly type: "signal"; readonly signal: string; readonly attempt: AttemptDetails };

/** What a shell that stands in for a program says, and exits with. */
const NOT_SPAWNED = 127;
const STAND_IN = /^supervisor: couldn't (exec|chdir to) (.*): (E[A-Z0-9]+|errno \d+)$/;
const NO_USER = /^supervisor: couldn't (setuid to .*)$/;

/** undefined while it runs, and where it was never started. */
export function lastFailure({ process, lastLines }: Facts): Failure | undefined {
  return failureOf(process.attempts.at(-1), lastLines?.lines ?? []);
}

/** How the run before this one ended, where nobody wanted it to. */
export function failureBefore({ process: { attempts } }: Facts): Failure | undefined {
  const before = attempts.at(-2);
  return before?.ended_by ? undefined : failureOf(before, []);
}

/** @param lines The last ones of that run. */
function failureOf(
  attempt: AttemptDetails | undefined,
  lines: readonly string[],
): Failure | undefined {
  if (!attempt) return undefined;
  const { spawnerr, exitstatus, signal } = attempt;
  if (spawnerr !== null) return { type: "spawn", reason: spawnerr };
  if (signal !== null) return { type: "signal", signal, attempt };
  if (exitstatus === null) return undefined;
  const told = exitstatus === NOT_SPAWNED ? notSpawned(lines) : undefined;
  return told ?? { type: "code", code: exitstatus, attempt };
}

function notSpawned(lines: readonly string[]): Failure | undefined {
  for (const line of lines.toReversed()) {
    const [, deed, path, errno] = STAND_IN.exec(line) ?? [];
    if (deed) return { type: deed === "exec" ? "exec" : "chdir", path: path!, errno: errno! };
    const reason = NO_USER.exec(line)?.[1];
    if (reason) return { type: "user", reason };
  }
}
