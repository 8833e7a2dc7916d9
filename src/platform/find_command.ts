/** From the first word of a command to the file that is executed. */
import fs from "node:fs";

export type FoundCommand =
  | { readonly type: "found"; readonly path: string }
  | {
    readonly type: "missing" | "directory" | "notExecutable" | "forbidden";
    readonly path: string;
  };

export const DEFAULT_PATH = "/bin:/usr/bin:/usr/local/bin";

/**
 * A word with a slash is a path, relative to the daemon's own folder. Any other is looked up: the
 * first folder of `searchPath` that has an entry of that name ends the search, whatever it is.
 *
 * @see spec/processes.md §7, "lookup"
 */
export function findCommand(word: string, searchPath: string): FoundCommand {
  const candidates = word.includes("/")
    ? [word]
    : searchPath.split(":").map((folder) => folder === "" ? word : `${folder}/${word}`);
  for (const path of candidates) {
    const stat = statOf(path);
    if (stat) return { type: judge(path, stat), path };
  }
  return { type: "missing", path: word };
}

function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}

function judge(path: string, stat: fs.Stats): FoundCommand["type"] {
  if (stat.isDirectory()) return "directory";
  if ((stat.mode & 0o111) === 0) return "notExecutable";
  try {
    fs.accessSync(path, fs.constants.X_OK);
    return "found";
  } catch {
    return "forbidden";
  }
}
