/** The options of a program that are visor's own. */
import type { OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import { read, type Scope } from "./section.ts";
import { readUpdateOptions } from "./update_options.ts";

/** Those that are the same for every process of a section. */
export function readOwnOptions(scope: Scope): OwnProgramOptions {
  return {
    exit_on: read<OwnProgramOptions["exit_on"]>(scope, "exit_on", exitOn, null),
    ...readUpdateOptions(scope),
  };
}
