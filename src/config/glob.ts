/** File name patterns as `[include]` has them: `*`, `?` and `[...]`, never across a slash. */
import { hasMagic, matchesGlob } from "../model/glob.ts";
import type { ConfigHost } from "./host.ts";
import { directoryOf, join } from "./paths.ts";

/** The questions a pattern puts to a file system. A folder that cannot be listed has no names. */
export interface GlobHost extends Pick<ConfigHost, "exists" | "isDirectory"> {
  listDirectory(path: string): readonly string[];
}

/**
 * Paths that match a pattern, in no particular order.
 *
 * `**` is not recursive, a leading dot must be written out, and a name without any of the special
 * characters only has to exist.
 *
 * @see spec/config.md §4
 */
export function expandGlob(pattern: string, host: GlobHost): string[] {
  if (!hasMagic(pattern)) return host.exists(pattern) ? [pattern] : [];
  const folder = directoryOf(pattern);
  const base = pattern.slice(pattern.lastIndexOf("/") + 1);
  const folders = folder !== pattern && hasMagic(folder) ? expandGlob(folder, host) : [folder];
  return folders.flatMap((parent) => namesIn(parent, base, host).map((name) => join(parent, name)));
}

function namesIn(folder: string, base: string, host: GlobHost): string[] {
  if (base === "") return host.isDirectory(folder) ? [""] : [];
  if (!hasMagic(base)) return host.exists(join(folder, base)) ? [base] : [];
  const showHidden = base.startsWith(".");
  return host.listDirectory(folder === "" ? "." : folder)
    .filter((name) => (showHidden || !name.startsWith(".")) && matchesGlob(name, base));
}
