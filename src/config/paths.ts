/** POSIX paths as text, with the results of Python's `os.path`. */
import type { ConfigHost } from "./host.ts";

/** Everything before the last slash: `/a` for `/a/b`, `/` for `/b`, empty for `b`. */
export function directoryOf(path: string): string {
  const head = path.slice(0, path.lastIndexOf("/") + 1);
  return withoutTrailingSlashes(head) || head;
}

/** `base/path`, or `path` alone where it is absolute. */
export function join(base: string, path: string): string {
  if (path.startsWith("/") || base === "") return path;
  return base.endsWith("/") ? base + path : `${base}/${path}`;
}

/** Absolute and without `.`, `..` and doubled slashes; two leading slashes stay, as POSIX allows. */
export function absolute(path: string, cwd: string): string {
  const joined = join(cwd, path);
  const kept: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  const root = /^\/\/(?!\/)/.test(joined) ? "//" : "/";
  return root + kept.join("/");
}

/** Replaces a leading `~` or `~user`; an unknown user's stays as it is. @see spec/config.md §6 */
export function expandHome(path: string, host: Pick<ConfigHost, "home">): string {
  if (!path.startsWith("~")) return path;
  const slash = path.indexOf("/");
  const end = slash < 0 ? path.length : slash;
  const home = host.home(end === 1 ? null : path.slice(1, end));
  if (home === undefined) return path;
  return withoutTrailingSlashes(home) + path.slice(end) || "/";
}

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}
