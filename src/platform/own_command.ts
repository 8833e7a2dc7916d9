/** This program as the system knows it: what to execute to run it again, and what it is called. */
import { addressOf, cString } from "./ffi.ts";
import { libc } from "./libc.ts";

const PR_SET_NAME = 15;

export interface OwnCommand {
  readonly path: string;
  /** With the arguments that we were given. */
  readonly argv: readonly string[];
}

export function ownCommand(): OwnCommand {
  return { path: process.execPath, argv: [process.argv0, ...ownArguments()] };
}

/** Whether the runtime and the program are one file. */
export function isCompiled(): boolean {
  const script = process.argv[1] ?? "";
  return script.startsWith("/$bunfs/") || script === process.execPath;
}

/** Arguments that make the runtime run this program again; a compiled one needs none of its own. */
function ownArguments(): readonly string[] {
  const args = process.argv.slice(2);
  if (isCompiled()) return args;
  const deno = (globalThis as { Deno?: unknown }).Deno !== undefined;
  return [...(deno ? ["run", "-A"] : []), process.argv[1] ?? "", ...args];
}

/** Shows up in ps and pgrep under the name by which it was called, also through a link. */
export function showOwnName(): void {
  const name = process.argv0.slice(process.argv0.lastIndexOf("/") + 1);
  libc().prctl(PR_SET_NAME, addressOf(cString(name)), 0, 0, 0);
}
