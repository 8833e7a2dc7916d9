/** How this program was started, and what it is called. */
import { addressOf, cString } from "./ffi.ts";
import { libc } from "./libc.ts";

const PR_SET_NAME = 15;

/** Whether the runtime and the program are one file. */
export function isCompiled(): boolean {
  const script = process.argv[1] ?? "";
  return script.startsWith("/$bunfs/") || script === process.execPath;
}

/** Shows up in ps and pgrep under the name by which it was called, also through a link. */
export function showOwnName(): void {
  const name = process.argv0.slice(process.argv0.lastIndexOf("/") + 1);
  libc().prctl(PR_SET_NAME, addressOf(cString(name)), 0, 0, 0);
}
