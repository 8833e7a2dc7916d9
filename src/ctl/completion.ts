/** What the Tab key offers at the prompt. @see spec/ctl.md §2, "completion" */
import type { ProcessInfo } from "../rpc/structs.ts";
import { optionsOf, type Verb } from "./verb.ts";

export interface Completion {
  /** The end of the line that a candidate would replace. */
  readonly word: string;
  /** Each with a blank at its end, so that the next word can follow. */
  readonly candidates: readonly string[];
}

/**
 * Complete the last word of a line.
 *
 * @param line What stands before the cursor.
 * @param listProcesses Asked only where the answer depends on it.
 */
export async function complete(
  line: string,
  verbs: ReadonlyMap<string, Verb>,
  listProcesses: () => Promise<readonly ProcessInfo[]>,
): Promise<Completion> {
  const word = /\S*$/.exec(line)![0];
  const [verb] = line.trimStart().slice(0, -word.length || undefined).split(/\s+/, 1);
  const found = verb ? verbs.get(verb) : undefined;
  const takes = verb ? found?.takes : "actions";
  const names = found && word.startsWith("-")
    ? optionsOf(found)
    : await namesFor(takes, word, verbs, listProcesses);
  const matches = names.filter((name) => name.startsWith(word));
  return { word, candidates: matches.map((name) => `${name} `) };
}

async function namesFor(
  takes: Verb["takes"],
  word: string,
  verbs: ReadonlyMap<string, Verb>,
  listProcesses: () => Promise<readonly ProcessInfo[]>,
): Promise<string[]> {
  switch (takes) {
    case "actions":
      return [...verbs.keys()];
    case "groups":
      return groupNames(await listProcesses());
    case "processes":
      return processNames(await listProcesses(), word.includes(":"));
    case undefined:
      return [];
  }
}

function groupNames(infos: readonly ProcessInfo[]): string[] {
  return [...new Set(infos.map((info) => info.group))];
}

/** A process called like its group goes by one name until a colon asks for both. */
function processNames(infos: readonly ProcessInfo[], inFull: boolean): string[] {
  const names = infos.flatMap(({ group, name }) =>
    group === name && !inFull ? [name] : [`${group}:${name}`, `${group}:*`]
  );
  return [...new Set(names)];
}
