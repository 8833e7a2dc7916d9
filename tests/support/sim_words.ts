/** The words of the log that belong to a process's life. */
import { describeExit } from "../../src/model/exit.ts";
import type { ProcessState } from "../../src/model/state.ts";
import { endedAsExpected, hasFailedTooOften, type Life } from "./sim_life.ts";

/** Lines about what became of a process. */
export const SAID = /^\w+ (?:spawned|spawnerr|success|exited|stopped|gave up): /;

/** What the log says of a change of state: its level, and its text. @see spec/processes.md §4 */
export function lineOf(life: Life, from: ProcessState): string | undefined {
  const { state, ended, spawnFailure, config: { name, startsecs } } = life;
  const end = ended && describeExit(ended.exit);
  const isExpected = endedAsExpected(life);
  switch (`${from} ${state}`) {
    case "STARTING RUNNING":
      return ended ? undefined : `info success: ${name} entered RUNNING state, ` +
        `process has stayed up for > than ${startsecs} seconds (startsecs)`;
    case "STARTING BACKOFF":
      if (spawnFailure) return `info spawnerr: ${spawnFailure}`;
      return `warn exited: ${name} (${end}; not expected)`;
    case "RUNNING EXITED":
      return isExpected
        ? `info exited: ${name} (${end}; expected)`
        : `warn exited: ${name} (${end}; not expected)`;
    case "STOPPING STOPPED":
      return `${isExpected ? "info" : "warn"} stopped: ${name} (${end})`;
    case "BACKOFF FATAL":
      return hasFailedTooOften(life, life.failuresBefore)
        ? `info gave up: ${name} entered FATAL state, too many start retries too quickly`
        : undefined;
    case "EXITED FATAL":
      return `info gave up: ${name} entered FATAL state, ${life.givesUp}`;
  }
}
