/** AUTO logs that earlier runs left behind. @see spec/processes.md §9, "AUTO cleanup" */
import { isAutoLog } from "../logs/auto_name.ts";
import type { LogLevel, SupervisordConfig } from "../model/config.ts";
import type { LogFiles } from "../platform/log_files.ts";

/** Removes those of this identifier, and their rotated ones. */
export function removeAutoLogs(
  { childlogdir, identifier }: SupervisordConfig,
  files: LogFiles,
  log: (level: LogLevel, text: string) => void,
): void {
  let names: readonly string[];
  try {
    names = files.list(childlogdir);
  } catch {
    return log("warn", `Could not clear childlog dir ${childlogdir}`);
  }
  for (const name of names) {
    if (!isAutoLog(name, identifier)) continue;
    try {
      files.remove(`${childlogdir}/${name}`);
    } catch {
      log("warn", `Failed to clean up '${childlogdir}/${name}'`);
    }
  }
}
