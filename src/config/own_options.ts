/** The options of a program that are visor's own. */
import type { OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import type { Load } from "./load.ts";
import { readLogOptions } from "./log_options.ts";
import { read, type Scope } from "./section.ts";

/** Those that are the same for every process of a section. */
export function readOwnOptions(load: Load, scope: Scope): OwnProgramOptions {
  return {
    exit_on: read<OwnProgramOptions["exit_on"]>(scope, "exit_on", exitOn, null),
    ...readLogOptions(scope, load.host),
  };
}
