/** Values that name files and folders. */
import type { LogTarget } from "../model/config.ts";
import type { ConfigHost } from "./host.ts";
import { directoryOf, expandHome } from "./paths.ts";
import { BadValue, show } from "./problems.ts";

/**
 * A path whose folder exists. A name without a folder is fine.
 *
 * @throws {BadValue} where it does not. @see spec/config.md §6
 */
export function pathInFolder(text: string, host: ConfigHost): string {
  const path = expandHome(text, host);
  const folder = directoryOf(path);
  if (folder === "" || host.isDirectory(folder)) return path;
  const message = `The directory named as part of the path ${text} does not exist`;
  const detail = `expected a path in an existing directory, got ${show(text)}: ` +
    `there is no directory ${show(folder)}`;
  throw new BadValue(message, detail);
}

/** @throws {BadValue} where there is no such folder. @see spec/config.md §6 */
export function existingFolder(text: string, host: ConfigHost): string {
  const path = expandHome(text, host);
  if (host.isDirectory(path)) return path;
  const message = `${text} is not an existing directory`;
  throw new BadValue(message, `expected an existing directory, got ${show(text)}`);
}

/** The log of a child. `syslog` is not a target but the old way to ask for `…_syslog`. */
export type ChildLog = LogTarget | { readonly type: "syslog" };

/** @throws {BadValue} for a path without its folder. @see spec/config.md §6, "child log file" */
export function childLog(text: string, host: ConfigHost): ChildLog {
  switch (text.toLowerCase()) {
    case "":
    case "none":
    case "off":
      return { type: "none" };
    case "auto":
      return { type: "auto" };
    case "syslog":
      return { type: "syslog" };
    default:
      return { type: "file", path: pathInFolder(text, host) };
  }
}
