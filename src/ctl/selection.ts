/** Wildcards in the words of a verb: `worker-*`, `we?:w[12]`, and `!canary` for all but that one. */
import { hasMagic, matchesGlob } from "../model/glob.ts";
import { parseNamespec } from "../model/namespec.ts";
import { fullName, type Named, shownName } from "./process_name.ts";

export interface Selection {
  /**
   * What the words stand for, in their order and without repeats. A word that nothing answers to
   * stays as it is: the verb asks for it and complains in its own words.
   */
  readonly names: readonly string[];
  /** Exclusions that nothing answers to. Then no name is selected: what they meant would be. */
  readonly mistaken: readonly string[];
}

/** Whether a word may stand for others than itself. `web:*` is a group, which the daemon knows. */
export function isPattern(word: string): boolean {
  return word.startsWith("!") || hasMagic(word.replace(/:\*$/, ""));
}

/**
 * Replaces wildcards by the names of processes. Patterns are held against `group:name`, against the
 * namespec and against the name alone. A name that has such characters itself is that name.
 *
 * @param processes In the order in which a pattern's matches are wanted.
 */
export function selectProcesses(processes: readonly Named[], words: readonly string[]): Selection {
  const isExclusion = (word: string) =>
    word.startsWith("!") && exactly(processes, word).length === 0;
  const exclusions = words.filter(isExclusion).map((word) => word.slice(1));
  const wanted = words.filter((word) => !isExclusion(word));
  const spared = exclusions.map((word) => processes.filter(matches(word)));
  const mistaken = exclusions.filter((_, i) => spared[i]!.length === 0).map((word) => `!${word}`);
  if (mistaken.length > 0) return { names: [], mistaken };
  const all = wanted.length === 0 || wanted.includes("all");
  if (all && exclusions.length === 0) return { names: ["all"], mistaken };
  const left = without(processes, spared.flat());
  const names = all
    ? left.map(shownName)
    : wanted.flatMap((word) => namesFor(word, processes, left));
  return { names: [...new Set(names)], mistaken };
}

function without(processes: readonly Named[], spared: readonly Named[]): readonly Named[] {
  const gone = new Set(spared);
  return processes.filter((process) => !gone.has(process));
}

/** @param left Those of the processes that no exclusion spares. */
function namesFor(word: string, processes: readonly Named[], left: readonly Named[]): string[] {
  const exact = exactly(processes, word);
  const found = exact.length > 0 ? exact : hasMagic(word) ? processes.filter(matches(word)) : [];
  if (found.length === 0) return [word];
  const kept = new Set(found);
  return left.filter((process) => kept.has(process)).map(shownName);
}

/** What a name without wildcards stands for: one process, or with `g:*` a group. */
function exactly(processes: readonly Named[], word: string): readonly Named[] {
  const { group, process } = parseNamespec(word);
  return processes.filter((one) =>
    one.group === group && (process === null || one.name === process)
  );
}

function matches(pattern: string): (process: Named) => boolean {
  const inFull = pattern.includes(":");
  return (process) =>
    matchesGlob(shownName(process), pattern) || matchesGlob(process.name, pattern) ||
    (inFull && matchesGlob(fullName(process), pattern));
}
