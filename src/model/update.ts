/** What `update` does, or would do, and why: one schema for the JSON API and for all made of it. */
import type { GroupConfig } from "./config.ts";
import type { SCHEMA } from "./details.ts";

/** One option that differs, as the configuration has it. */
export interface OptionChange {
  readonly option: string;
  /** As JSON; null where it is not set, and where `names` tells what there is to tell. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of `environment` and the like: which names changed. Their values are nobody's business. */
  readonly names: string | null;
}

/** What becomes of one process. What is changed without a stop or a start goes on as it is. */
export interface ProcessStep {
  readonly name: string;
  readonly action: "add" | "change" | "remove";
  /** It is up, and has to be stopped for it. */
  readonly stops: boolean;
  /** In the end it is started. */
  readonly starts: boolean;
  readonly changes: readonly OptionChange[];
}

/** `replace` is Supervisor's way: all of it is stopped, forgotten, and added as it is read. */
type GroupAction = "add" | "remove" | "replace" | "change";

export interface GroupStep {
  readonly group: string;
  readonly action: GroupAction;
  /** Of the group itself. */
  readonly changes: readonly OptionChange[];
  readonly processes: readonly ProcessStep[];
}

/** A step, and what the group is to be; null where it is to go. */
export interface PlannedGroup {
  readonly step: GroupStep;
  readonly config: GroupConfig | null;
}

/** What could not be done; `process` is null where it is about the whole group. */
export interface UpdateTrouble {
  readonly group: string;
  readonly process: string | null;
  readonly text: string;
}

/** `POST /api/v1/update`. */
export interface UpdateDocument {
  readonly schema: typeof SCHEMA;
  /** Nothing was done. */
  readonly dry_run: boolean;
  /** Removed ones, then those that change, then new ones. */
  readonly steps: readonly GroupStep[];
  readonly troubles: readonly UpdateTrouble[];
  /** Asked for, but neither active nor in the configuration. */
  readonly unknown: readonly string[];
}
