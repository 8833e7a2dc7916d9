/** What is doubtful in the files that programs will have variables from. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { Load } from "./load.ts";
import { NOWHERE } from "./problems.ts";
import { distrust } from "./trust.ts";
import { valueFrom, VariablesError, variablesOf } from "./variable_files.ts";

/** One use of a file: what reading it tries, and in which option it is. */
interface Use {
  readonly path: string;
  readonly option: string;
  /** It need not be there. */
  readonly optional: boolean;
  attempt(): void;
}

/**
 * A file that cannot be used when the configuration is read need not be so when a program is started:
 * it is told to whoever checks, and to the log only where others than root can change it.
 */
export function warnOfVariableFiles(load: Load, groups: readonly GroupConfig[]): void {
  const { host, messages, report } = load;
  const uses = groups.flatMap(({ processes }) => processes.flatMap((each) => usesOf(load, each)));
  const keyOf = ({ option, optional, path }: Use) => `${option} ${optional} ${path}`;
  const distinct = new Map(uses.map((use) => [keyOf(use), use]));
  for (const { path, option, attempt } of distinct.values()) {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof VariablesError)) throw error;
      report.warn({ ...NOWHERE, file: path, line: error.line, option }, error.message);
    }
    const doubt = distrust(path, host, "is read by root");
    if (doubt === undefined) continue;
    messages.warn.push(`${path} ${doubt}`);
    report.warn({ ...NOWHERE, file: path, option }, doubt);
  }
}

function usesOf({ host }: Load, { environment_file, environment_from }: ProcessConfig): Use[] {
  if (!environment_file && !environment_from) return [];
  const files = (environment_file?.files ?? []).map((file) => ({
    ...file,
    option: "environment_file",
    attempt: () => void variablesOf(file, host.readSmallFile),
  }));
  const values = [...environment_from ?? []].map(([name, path]) => ({
    path,
    option: "environment_from",
    optional: false,
    attempt: () => void valueFrom(name, path, host.readSmallFile),
  }));
  return [...files, ...values];
}
