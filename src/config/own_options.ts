/** The options of a program that are visor's own. */
import type { HealthOptions } from "../model/health.ts";
import type { OwnProgramOptions } from "../model/own_options.ts";
import { exitOn } from "./datatypes.ts";
import type { EnvironmentOptions } from "./environment_options.ts";
import type { Load } from "./load.ts";
import { readLogOptions } from "./log_options.ts";
import { type HookOptions, readHooks, readStopOptions } from "./hooks.ts";
import { readRestartOptions } from "./restart_policy.ts";
import type { IniSection } from "./ini.ts";
import { OWN_PROGRAM_OPTIONS } from "./known_options.ts";
import { read, type Scope } from "./section.ts";
import { readUpdateOptions } from "./update_options.ts";

/** Those that a process has by its number. */
export type NumberedOptions = HookOptions;

const OWN: ReadonlySet<string> = new Set([
  ...OWN_PROGRAM_OPTIONS,
  "stopsignal", // it may be several
]);

/**
 * Whether a section has any of them. Most have none, and looking for each of them would take longer
 * than all the rest.
 */
export function hasOwnOptions({ section, defaults }: Scope): boolean {
  const hasOne = ({ options }: IniSection) => {
    for (const name of options.keys()) if (OWN.has(name)) return true;
    return false;
  };
  return hasOne(section) || hasOne(defaults);
}

/** Those that are the same for every process of a section. */
type SharedOwnOptions = Omit<
  OwnProgramOptions,
  keyof EnvironmentOptions | keyof HealthOptions | keyof NumberedOptions
>;

export function readOwnOptions(load: Load, scope: Scope): SharedOwnOptions {
  return {
    // Read once all programs are known: see dependencies.ts.
    depends_on: null,
    dependent_startup_wait_for: null,
    exit_on: read<OwnProgramOptions["exit_on"]>(scope, "exit_on", exitOn, null),
    ...readUpdateOptions(scope),
    ...readLogOptions(scope, load.host),
    ...readRestartOptions(scope),
    ...readStopOptions(scope),
  };
}

/** Those that may mention `process_num`. */
export function readNumberedOptions(scope: Scope): NumberedOptions {
  return readHooks(scope);
}
