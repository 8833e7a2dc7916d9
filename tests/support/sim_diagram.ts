/** The diagram of states, as rules. @see spec/processes.md §5 */
import type { ProcessState } from "../../src/model/state.ts";
import { backoffEnd, hasFailedTooOften, type Life, wasTooQuick } from "./sim_life.ts";
import { ROUNDING_MS, type Rules } from "./sim_rules.ts";

type Rule = (life: Life, rules: Rules) => boolean;

/** Every edge of the diagram, and when it may be taken. */
export const EDGES: Readonly<Record<string, Rule>> = {
  "STOPPED STARTING": (life, rules) => life.asked === "start" || rules.isRestartTime(life),
  "FATAL STARTING": (life) => life.asked === "start",
  "EXITED STARTING": (life, rules) => life.asked === "start" || rules.isRestartTime(life),
  "BACKOFF STARTING": (life, rules) => !rules.stopping && rules.isTime(backoffEnd(life)),
  "STARTING RUNNING": (life, rules) =>
    life.spawnFailure === null &&
    (life.ended ? !wasTooQuick(life) : rules.isTime(life.startedAt + life.config.startsecs * 1000)),
  "STARTING BACKOFF": (life) => life.spawnFailure !== null || wasTooQuick(life),
  "BACKOFF FATAL": (life, rules) => hasFailedTooOften(life) || rules.stopping,
  "BACKOFF STOPPED": (life) => life.asked === "stop",
  "STARTING STOPPING": (life, rules) => !life.ended && rules.isToStop(life),
  "RUNNING STOPPING": (life, rules) => !life.ended && rules.isToStop(life),
  "STOPPING STOPPED": (life, rules) => life.ended !== null && !rules.lingers(life),
  "RUNNING EXITED": (life) => life.ended !== null,
  "EXITED FATAL": (life) => life.givesUp !== null,
  "EXITED STOPPED": (life) => life.asked === "stop" && life.restartDue !== null,
};

const isNotDue: Rule = ({ restartDue }, rules) =>
  restartDue === null || rules.now < restartDue + ROUNDING_MS;

/** What must be so of a state that lasts: what was due has happened. */
export const REST: Readonly<Record<ProcessState, Rule>> = {
  STOPPED: isNotDue,
  FATAL: () => true,
  UNKNOWN: (life) => life.isRefused,
  STARTING: (life, rules) =>
    !life.ended && life.spawnFailure === null &&
    rules.now < life.startedAt + life.config.startsecs * 1000,
  RUNNING: (life) => !life.ended,
  BACKOFF: (life, rules) =>
    !rules.stopping && !hasFailedTooOften(life) && rules.now < backoffEnd(life),
  STOPPING: (life, rules) =>
    !life.owesStopSignal && rules.now < life.killDue &&
    (!life.ended || rules.lingers(life) || rules.endedUnseen(life.pid)),
  EXITED: (life, rules) => life.givesUp === null && isNotDue(life, rules),
};
