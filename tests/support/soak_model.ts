/**
 * What the specification lets a program of the soak do and answer, as rules over plain data.
 *
 * Nobody outside knows at which moment a program crashes, so what is known of it is a set: the
 * states in which it may be. An answer that none of them could give is a fault, and any other
 * answer narrows the set. @see spec/processes.md §5, spec/control.md §3 and §4
 */
import { isRunningState, isSignallableState, type ProcessState } from "../../src/model/state.ts";
import type { FaultName } from "../../src/rpc/faults.ts";

/** How a program lives. */
export interface Temper {
  /**
   * stays: until somebody ends it. ends: by itself, after it counted as started. fails: before
   * that. missing: there is no such command.
   */
  readonly life: "stays" | "ends" | "fails" | "missing";
  /** Counts as RUNNING at once: startsecs=0. */
  readonly quick: boolean;
  /** Is started again whenever it has ended: autorestart. */
  readonly returns: boolean;
  readonly autostart: boolean;
}

export type Answer = "OK" | FaultName;

export type States = ReadonlySet<ProcessState>;

/** Something that is asked of one program, and waited for or not. */
export type Request =
  | { readonly type: "start" | "stop"; readonly wait: boolean }
  | { readonly type: "signal"; readonly deadly: boolean };

/** One way in which a request may end. */
interface Outcome {
  readonly answer: Answer;
  readonly to: readonly ProcessState[];
}

/** Where a program goes that is left alone. */
function driftsTo(state: ProcessState, temper: Temper): readonly ProcessState[] {
  const { life, returns } = temper;
  switch (state) {
    case "STARTING":
      return life === "fails" || life === "missing" ? ["BACKOFF", "FATAL"] : ["RUNNING"];
    case "RUNNING":
      return life === "ends" ? ["EXITED"] : [];
    case "EXITED":
      return returns ? ["STARTING"] : [];
    case "BACKOFF":
      return ["STARTING"];
    case "STOPPING":
      return ["STOPPED"];
    default:
      return [];
  }
}

/** These states, and all that come of them in time. */
export function drift(states: Iterable<ProcessState>, temper: Temper): States {
  const reached = new Set(states);
  for (const state of reached) {
    for (const next of driftsTo(state, temper)) reached.add(next);
  }
  return reached;
}

/** Where it may be found after a while: what it leaves, it comes back to. */
export function resting(states: States, temper: Temper): States {
  const all = drift(states, temper);
  const comesBack = (state: ProcessState) =>
    [...drift([state], temper)].every((next) => drift([next], temper).has(state));
  return new Set([...all].filter(comesBack));
}

/** A group that has just been added. */
export function fresh(temper: Temper): States {
  return temper.autostart ? drift(["STARTING"], temper) : new Set(["STOPPED"]);
}

/** Every state in which it may be while anybody asks for anything. */
export function anyOf(temper: Temper): States {
  const { life, quick } = temper;
  const ended: readonly ProcessState[] = life === "stays" || life === "ends"
    ? ["EXITED", ...(quick ? [] : ["BACKOFF"] as const)]
    : [];
  return drift(["STOPPED", "STARTING", "STOPPING", ...ended], temper);
}

function outcomes(state: ProcessState, request: Request, temper: Temper): readonly Outcome[] {
  switch (request.type) {
    case "start":
      return [start(state, request.wait, temper)];
    case "stop":
      return [stop(state, request.wait, temper)];
    case "signal":
      return signal(state, request.deadly, temper);
  }
}

function start(state: ProcessState, wait: boolean, { life, quick }: Temper): Outcome {
  if (life === "missing") return { answer: "NO_FILE", to: [state] };
  if (isRunningState(state)) return { answer: "ALREADY_STARTED", to: [state] };
  if (state === "STOPPING") return { answer: wait ? "ABNORMAL_TERMINATION" : "OK", to: [state] };
  if (life === "fails" && wait) return { answer: "SPAWN_ERROR", to: ["BACKOFF", "FATAL"] };
  return { answer: "OK", to: [wait || quick ? "RUNNING" : "STARTING"] };
}

/** Also what waits for its next start can be stopped. */
export function isStoppable(state: ProcessState, { returns }: Temper): boolean {
  return isRunningState(state) || state === "EXITED" && returns;
}

function stop(state: ProcessState, wait: boolean, temper: Temper): Outcome {
  if (!isStoppable(state, temper)) return { answer: "NOT_RUNNING", to: [state] };
  return { answer: "OK", to: [wait ? "STOPPED" : "STOPPING"] };
}

function signal(state: ProcessState, deadly: boolean, { quick }: Temper): readonly Outcome[] {
  if (!isSignallableState(state)) return [{ answer: "NOT_RUNNING", to: [state] }];
  const struck: ProcessState = state === "RUNNING"
    ? "EXITED"
    : state === "STARTING" && !quick
    ? "BACKOFF"
    : state;
  return [{ answer: "OK", to: deadly ? [state, struck] : [state] }];
}

/** What may be answered to a request. */
export function answersTo(states: States, request: Request, temper: Temper): Set<Answer> {
  const all = [...states].flatMap((state) => outcomes(state, request, temper));
  return new Set(all.map(({ answer }) => answer));
}

/** Where it may be after an answer; nothing if that could not be the answer. */
export function afterAnswer(
  states: States,
  request: Request,
  answer: Answer,
  temper: Temper,
): States {
  const all = [...states].flatMap((state) => outcomes(state, request, temper));
  return drift(all.filter((each) => each.answer === answer).flatMap(({ to }) => to), temper);
}

/** Where it may be after it was seen in a state; nothing if it could not be there. */
export function afterLook(states: States, seen: ProcessState, temper: Temper): States {
  return states.has(seen) ? drift([seen], temper) : new Set();
}

/** What of these states a request to a whole group passes over without a word. */
export function passedOver(states: States, request: Request, temper: Temper): States {
  return new Set([...states].filter((state) => !isChosen(state, request, temper)));
}

/** The states in which a request to a whole group is meant for a program, too. */
export function chosen(states: States, request: Request, temper: Temper): States {
  return new Set([...states].filter((state) => isChosen(state, request, temper)));
}

function isChosen(state: ProcessState, { type }: Request, temper: Temper): boolean {
  switch (type) {
    case "start":
      return !isRunningState(state);
    case "stop":
      return isStoppable(state, temper);
    case "signal":
      return isSignallableState(state);
  }
}
