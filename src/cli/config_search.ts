/** Looking for a configuration that nobody named. @see spec/config.md §1 */
import type { ConfigHost } from "../config/host.ts";
import { defaultPaths } from "../config/locate.ts";
import { absolute, directoryOf } from "../config/paths.ts";
import { findCommand } from "../platform/find_command.ts";

/** Where to look, first place first: beside the folder that visor was called from, and then on. */
export function searchedPaths({ cwd, env }: ConfigHost): string[] {
  const called = findCommand(process.argv0, env.get("PATH") ?? "");
  const program = called.type === "found" ? called.path : process.execPath;
  return defaultPaths(absolute(directoryOf(program), cwd));
}
