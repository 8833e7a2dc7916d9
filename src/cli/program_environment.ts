/** The variables that a program is started with. */
import { valueFrom, VariablesError, variablesOf } from "../config/variable_files.ts";
import type { ProcessConfig } from "../model/config.ts";
import { textOf } from "../platform/byte_text.ts";
import { type Environment, setVariable } from "../platform/environment.ts";
import { readSmallFile } from "../platform/file_system.ts";
import { treeMark } from "./escaped_processes.ts";

export interface EnvironmentSurroundings {
  readonly group: string;
  /** What the daemon was started with. */
  readonly environment: Environment;
  /** For children whose section names no `serverurl`; null: unknown. */
  readonly serverurl: string | null;
  /** What a command that is run beside a program is told. */
  readonly variables?: ReadonlyMap<string, string>;
  /** Where it may say how it is. */
  readonly notifySocket?: string | undefined;
}

/** Or why there is none; that tells nothing of any value. */
export type ProgramEnvironment =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly reason: string };

/**
 * What comes later stands over what came before: the daemon's own variables, Supervisor's four, the
 * `environment` of `[supervisord]`, `environment_file`, `environment`, `environment_from`.
 *
 * Files are read as the daemon, and as they are by now.
 */
export function programEnvironment(
  config: ProcessConfig,
  around: EnvironmentSurroundings,
): ProgramEnvironment {
  const environment = inherited(config, around.environment);
  const set = (name: string, value: string) => setVariable(environment, name, value);
  set("SUPERVISOR_ENABLED", "1");
  const url = config.serverurl ?? around.serverurl;
  if (url !== null) set("SUPERVISOR_SERVER_URL", url);
  set("SUPERVISOR_PROCESS_NAME", config.name);
  set("SUPERVISOR_GROUP_NAME", around.group);
  for (const [name, value] of around.variables ?? []) set(name, value);
  for (const [name, value] of config.environment) set(name, value);
  try {
    for (const [name, value] of fromFiles(config)) set(name, value);
  } catch (error) {
    if (!(error instanceof VariablesError)) throw error;
    const { path, line, message } = error;
    const where = line === null ? path : `${path}:${line}`;
    return {
      ok: false,
      reason: `cannot set the environment of '${config.name}': ${where}: ${message}`,
    };
  }
  if (config.stopscope === "tree") set(...treeMark(around.group, config.name));
  if (around.notifySocket !== undefined) set("NOTIFY_SOCKET", around.notifySocket);
  return { ok: true, environment };
}

function inherited(
  { environment_clear, environment_keep }: ProcessConfig,
  own: Environment,
): Environment {
  if (!environment_clear) return new Map(own);
  const kept = new Set(environment_keep);
  return new Map([...own].filter(([name]) => kept.has(name)));
}

/** All that is to be set over `environment`. @throws {VariablesError} */
function* fromFiles(
  { environment_file, environment_from }: ProcessConfig,
): Iterable<readonly [name: string, value: string]> {
  const under = new Set(environment_file?.under);
  for (const file of environment_file?.files ?? []) {
    for (const pair of variablesOf(file, readSmallFile)) if (!under.has(pair[0])) yield pair;
  }
  for (const [name, path] of environment_from ?? []) {
    yield [name, textOf(valueFrom(name, path, readSmallFile))];
  }
}
