/** The options of a program that are visor's own. */
import type { HealthOptions } from "../model/health.ts";
import type { OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import { read, type Scope } from "./section.ts";

/** Those that are the same for every process of a section. */
export function readOwnOptions(scope: Scope): Omit<OwnProgramOptions, keyof HealthOptions> {
  return {
    exit_on: read<OwnProgramOptions["exit_on"]>(scope, "exit_on", exitOn, null),
  };
}
