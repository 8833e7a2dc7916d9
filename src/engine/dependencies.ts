/** Whether what a program depends on is so, and in words why not. */
import type { Condition } from "../model/dependency.ts";
import { describeExit, type Exit } from "../model/exit.ts";
import type { ProcessState } from "../model/state.ts";
import { isExpected } from "./step.ts";

/** What has to be so of a process; states: that it gets into one of them. */
export type Need = Condition | readonly ProcessState[];

/** All that matters of a process to those that depend on it. */
export interface Standing {
  readonly state: ProcessState;
  /** It is up, and says so itself where it has a way to. */
  readonly ready: boolean;
  readonly healthy: boolean | null;
  /** How its last run ended; null if it never ran. */
  readonly lastExit: Exit | null;
  readonly exitcodes: readonly number[];
  /** It ended, and comes back by itself. */
  readonly returns: boolean;
  /** It waits itself; stuck: for something that does not come by itself. */
  readonly waits: "no" | "yes" | "stuck";
}

/** Something that is waited for. */
export interface Unmet {
  /** The process, as people name it; or a group that is not there. */
  readonly name: string;
  readonly need: Need;
  /** Why it does not come by itself, as in `is FATAL`; null: it may be on its way. */
  readonly trouble: string | null;
  /** Something has gone wrong, or somebody has stopped it. */
  readonly isAlarming: boolean;
}

/** @param standing undefined: there is no such process. */
export function isMet(need: Need, standing: Standing | undefined): boolean {
  if (!standing) return false;
  const { state, ready, healthy } = standing;
  switch (need) {
    case "started":
      return state === "RUNNING";
    case "ready":
      return ready;
    case "healthy":
      return state === "RUNNING" && healthy === true;
    case "completed":
      return hasCompleted(standing);
    default:
      return need.includes(state);
  }
}

function hasCompleted({ state, returns, waits, lastExit, exitcodes }: Standing): boolean {
  return state === "EXITED" && !returns && waits === "no" && lastExit !== null &&
    isExpected(lastExit, { exitcodes });
}

/** Of a need that is not met: why it will not be until somebody does something. */
export function troubleOf(need: Need, standing: Standing | undefined): string | null {
  if (!standing) return "is not there";
  const { state, returns, waits, lastExit } = standing;
  if (waits !== "no") return waits === "stuck" ? "is waiting itself" : null;
  switch (state) {
    case "STOPPED":
    case "FATAL":
    case "UNKNOWN":
      return `is ${state}`;
    case "EXITED":
      if (returns) return null;
      return need === "completed" && lastExit ? `failed (${describeExit(lastExit)})` : "is EXITED";
    default:
      return null;
  }
}

const WORDS: Readonly<Record<Condition, string>> = {
  started: "to be started",
  ready: "to be ready",
  healthy: "to be healthy",
  completed: "to complete",
};

/** `db to be ready`. */
export function describeNeed({ name, need }: Unmet): string {
  const words = typeof need === "string" ? WORDS[need] : `to be ${need.join(" or ")}`;
  return `${name} ${words}`;
}

/** `db to be ready`, or `db, which is FATAL`. */
export function describeUnmet(unmet: Unmet): string {
  return unmet.trouble === null ? describeNeed(unmet) : `${unmet.name}, which ${unmet.trouble}`;
}

const MOST_TOLD = 3;

/** `waiting for db, which is FATAL; for cache to be ready`. */
export function describeWaiting(unmet: Iterable<Unmet>, describe = describeUnmet): string {
  const all = [...unmet];
  const told = all.slice(0, MOST_TOLD).map((each) => `for ${describe(each)}`);
  const more = all.length - told.length;
  return `waiting ${told.join("; ")}${more > 0 ? `; for ${more} more` : ""}`;
}
