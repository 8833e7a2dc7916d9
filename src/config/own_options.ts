/** The options of a program that are visor's own. */
import type { OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import { readRestartOptions } from "./restart_policy.ts";
import { read, type Scope } from "./section.ts";

/** Those that are the same for every process of a section. */
export function readOwnOptions(scope: Scope): OwnProgramOptions {
  return {
    exit_on: read<OwnProgramOptions["exit_on"]>(scope, "exit_on", exitOn, null),
    ...readRestartOptions(scope),
  };
}
