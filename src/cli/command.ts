/** From `command=` to something to execute, or to the words for why not. */
import { commandWords } from "../config/lexer.ts";
import type { ProcessConfig } from "../model/config.ts";
import { pythonRepr } from "../model/python_repr.ts";
import { type CommandFile, lookAtCommand } from "../platform/command_file.ts";
import { DEFAULT_PATH, findCommand, type FoundCommand } from "../platform/find_command.ts";
import type { CommandTrouble } from "../server/daemon.ts";

export type ResolvedCommand =
  | { readonly ok: true; readonly path: string; readonly argv: readonly string[] }
  | { readonly ok: false; readonly trouble: CommandTrouble };

/**
 * Splits the command and looks its file up: on the program's own PATH, else on the daemon's.
 *
 * @see spec/processes.md §7, "split" and "lookup"
 */
export function resolveCommand(config: ProcessConfig): ResolvedCommand {
  let argv: readonly string[];
  try {
    argv = commandWords(config.command);
  } catch (error) {
    const why = (error as Error).message;
    return refuse("NOT_EXECUTABLE", `can't parse command ${pythonRepr(config.command)}: ${why}`);
  }
  const [word] = argv;
  if (word === undefined) return refuse("NOT_EXECUTABLE", "command is empty");
  const found = findCommand(word, searchPath(config));
  if (found.type === "found") return { ok: true, path: found.path, argv };
  return { ok: false, trouble: describe(found, word) };
}

function searchPath({ environment }: ProcessConfig): string {
  return environment.get("PATH") ?? process.env["PATH"] ?? DEFAULT_PATH;
}

/** The file that a command names, as it is now; null where there is none. */
export function commandFile(config: ProcessConfig): CommandFile | null {
  try {
    const [word] = commandWords(config.command);
    return word === undefined ? null : lookAtCommand(findCommand(word, searchPath(config)).path);
  } catch {
    return null; // it cannot be split
  }
}

function refuse(fault: CommandTrouble["fault"], text: string): ResolvedCommand {
  return { ok: false, trouble: { fault, text } };
}

function describe(found: FoundCommand, word: string): CommandTrouble {
  switch (found.type) {
    case "missing":
      return { fault: "NO_FILE", text: `can't find command '${word}'` };
    case "directory":
      return { fault: "NOT_EXECUTABLE", text: `command at '${found.path}' is a directory` };
    case "notExecutable":
      return { fault: "NOT_EXECUTABLE", text: `command at '${found.path}' is not executable` };
    default:
      return { fault: "NOT_EXECUTABLE", text: `no permission to run command '${word}'` };
  }
}
