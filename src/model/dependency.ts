/** What a program needs of others before it starts. Options of ours, and a plug-in's. */
import type { ProcessState } from "./state.ts";

/**
 * `started`: RUNNING. `ready`: that, and it says so itself where it has a way to. `healthy`: its
 * health checks say so. `completed`: EXITED, with a status that its `exitcodes` name.
 */
export type Condition = "started" | "ready" | "healthy" | "completed";

export const CONDITIONS: readonly Condition[] = ["started", "ready", "healthy", "completed"];

/** Some processes that are named together. */
export interface Processes {
  readonly group: string;
  /** null: every process of the group. */
  readonly process: string | null;
}

/** One of `depends_on`: it has to be so whenever the program is to be started. */
export interface Dependency extends Processes {
  readonly condition: Condition;
}

/** One of `dependent_startup_wait_for`: one of these states has to be reached once. */
export interface StartupWait extends Processes {
  readonly states: readonly ProcessState[];
}
