/** The words for what became of one process, per verb. @see spec/ctl.md §4 */
import { namespec } from "../model/namespec.ts";
import { FAULT_CODES, type FaultName, faultNameOf } from "../rpc/faults.ts";
import type { GroupResult } from "../rpc/structs.ts";
import type { ActionResult } from "./document.ts";
import { EXIT } from "./exit_status.ts";

export interface Outcome {
  readonly result: ActionResult;
  readonly line: string;
  /** undefined for a success, which changes no exit status; so does a failure that is tolerated. */
  readonly exitStatus: number | undefined;
}

/** A failure's words (null: the daemon's own) and the exit status that follows, if any. */
type Complaint = readonly [text: string | null, exitStatus: number | undefined];

/** How a verb reports. */
export interface Wording {
  readonly action: string;
  /** `started`, as in `x: started`. */
  readonly done: string;
  readonly faults: Readonly<Partial<Record<FaultName, Complaint>>>;
  /** The exit status when a whole group is not there. */
  readonly noGroup: number;
}

export const STARTING: Wording = {
  action: "start",
  done: "started",
  faults: {
    BAD_NAME: ["no such process", EXIT.GENERIC],
    NO_FILE: ["no such file", EXIT.GENERIC],
    NOT_EXECUTABLE: ["file is not executable", EXIT.GENERIC],
    ALREADY_STARTED: ["already started", undefined],
    SPAWN_ERROR: ["spawn error", EXIT.NOT_RUNNING],
    ABNORMAL_TERMINATION: ["abnormal termination", EXIT.NOT_RUNNING],
  },
  noGroup: EXIT.USAGE,
};

export const STOPPING: Wording = {
  action: "stop",
  done: "stopped",
  faults: {
    BAD_NAME: ["no such process", EXIT.GENERIC],
    NOT_RUNNING: ["not running", undefined],
    FAILED: [null, EXIT.GENERIC],
  },
  noGroup: EXIT.GENERIC,
};

export const SIGNALLING: Wording = {
  action: "signal",
  done: "signalled",
  faults: {
    BAD_NAME: ["no such process", EXIT.GENERIC],
    NOT_RUNNING: ["not running", EXIT.NOT_RUNNING],
    BAD_SIGNAL: ["bad signal name", EXIT.GENERIC],
    FAILED: [null, EXIT.GENERIC],
  },
  noGroup: EXIT.GENERIC,
};

export const CLEARING: Wording = {
  action: "clear",
  done: "cleared",
  faults: {
    BAD_NAME: ["no such process", EXIT.GENERIC],
    FAILED: ["failed", EXIT.GENERIC],
  },
  noGroup: EXIT.GENERIC,
};

/** A failure that a verb has no words for. */
export class UnexpectedResult extends Error {
  override readonly name = "UnexpectedResult";
  constructor(result: GroupResult) {
    const { group, name, status, description } = result;
    super(`unexpected result ${status} for ${namespec(group, name)}: ${description}`);
  }
}

/**
 * The line for one result.
 *
 * @returns undefined for a failure that the verb has no words for.
 */
export function describe(result: GroupResult, wording: Wording): Outcome | undefined {
  const { group, name } = result;
  const { action, done, faults } = wording;
  const about = { group, name, action };
  const shown = namespec(group, name);
  if (result.status === FAULT_CODES.SUCCESS) {
    return {
      result: { ...about, ok: true, fault: null, message: done },
      line: `${shown}: ${done}`,
      exitStatus: undefined,
    };
  }
  const fault = faultNameOf(result.status);
  const [text, exitStatus] = (fault && faults[fault]) ?? [];
  if (fault === undefined || text === undefined) return undefined;
  return {
    result: { ...about, ok: false, fault, message: text ?? result.description },
    line: text === null ? result.description : `${shown}: ERROR (${text})`,
    exitStatus,
  };
}
