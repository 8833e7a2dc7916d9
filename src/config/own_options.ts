/** The options of a program that are visor's own. */
import type { ExitOn, OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import { type HookOptions, readHooks, readStopOptions } from "./hooks.ts";
import { readRestartOptions } from "./restart_policy.ts";
import { read, type Scope } from "./section.ts";

/** Those that a process has by its number. */
export type NumberedOptions = HookOptions;

/** Those that are the same for every process of a section. */
export function readOwnOptions(scope: Scope): Omit<OwnProgramOptions, keyof NumberedOptions> {
  return {
    exit_on: read<ExitOn | null>(scope, "exit_on", exitOn, null),
    ...readRestartOptions(scope),
    ...readStopOptions(scope),
  };
}

/** Those that may mention `process_num`. */
export function readNumberedOptions(scope: Scope): NumberedOptions {
  return readHooks(scope);
}
