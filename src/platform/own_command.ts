/** What to execute to run this program again. */

export interface OwnCommand {
  readonly path: string;
  /** With the arguments that we were given. */
  readonly argv: readonly string[];
}

export function ownCommand(): OwnCommand {
  return { path: process.execPath, argv: [process.argv0, ...ownArguments()] };
}

/** Arguments that make the runtime run this program again; a compiled one needs none of its own. */
function ownArguments(): readonly string[] {
  const script = process.argv[1] ?? "";
  const args = process.argv.slice(2);
  if (script.startsWith("/$bunfs/") || script === process.execPath) return args;
  const deno = (globalThis as { Deno?: unknown }).Deno !== undefined;
  return [...(deno ? ["run", "-A"] : []), script, ...args];
}
