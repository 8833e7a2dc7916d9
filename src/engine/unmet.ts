/** What a program needs, held against the processes that there are. */
import type { ProcessConfig } from "../model/config.ts";
import type { StartupWait } from "../model/dependency.ts";
import { isMet, type Need, type Standing, troubleOf, type Unmet } from "./dependencies.ts";
import { awaitsRestart, isReady, isStuck, type ManagedProcess, type WaitFor } from "./process.ts";

/** Whenever the program is to be started. */
export function alwaysNeeded({ depends_on }: ProcessConfig): readonly WaitFor[] {
  return depends_on?.map(({ condition, ...processes }) => ({ ...processes, need: condition })) ??
    [];
}

/** When it is started with the daemon. */
export function neededOnce({ states, ...processes }: StartupWait): WaitFor {
  return { ...processes, need: states };
}

/** @param process undefined: there is none of this name. @returns undefined if the need is met. */
export function unmetOf(
  need: Need,
  name: string,
  process: ManagedProcess | undefined,
): Unmet | undefined {
  const standing = process && standingOf(process);
  if (isMet(need, standing)) return undefined;
  const trouble = troubleOf(need, standing);
  // What never ran may be the next to be started.
  return { name, need, trouble, isAlarming: trouble !== null && Boolean(process?.laststart) };
}

function standingOf(process: ManagedProcess): Standing {
  return {
    state: process.status.state,
    ready: isReady(process),
    healthy: process.healthy,
    lastExit: process.lastExit,
    exitcodes: process.config.exitcodes,
    returns: awaitsRestart(process),
    waits: process.waiting === null ? "no" : isStuck(process) ? "stuck" : "yes",
  };
}
