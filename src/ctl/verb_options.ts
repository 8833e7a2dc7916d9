/** Options of the verbs that are visor's own: `--timeout 30s`, `--timeout=30s`, `--dry-run`, `-f`. */
import { parseDuration } from "../model/duration.ts";

/** By name without dashes: whether a value follows. */
export type KnownOptions = Readonly<Record<string, "flag" | "value">>;

export interface VerbWords<Name extends string = string> {
  /** What is no option, in order. */
  readonly names: readonly string[];
  readonly options: ReadonlyMap<Name, string>;
}

/** What is wrong with the words of a verb. */
export interface BadWords {
  readonly error: string;
}

/** A flag's value is "". After `--` there are no options; of one given twice the last counts. */
export function readVerbWords<K extends KnownOptions>(
  words: readonly string[],
  known: K,
): VerbWords<keyof K & string> | BadWords {
  const names: string[] = [];
  const options = new Map<keyof K & string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      names.push(...words.slice(i + 1));
      break;
    }
    if (!/^-./.test(word)) {
      names.push(word);
      continue;
    }
    const [, name = "", attached] = /^--?([^=]*)(?:=(.*))?$/s.exec(word)!;
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) return { error: `Error: no such option: ${word}` };
    if (kind === "flag" && attached !== undefined) {
      return { error: `Error: option --${name} takes no value` };
    }
    const value = kind === "flag" ? "" : attached ?? words[++i];
    if (value === undefined) return { error: `Error: option ${word} requires a value` };
    options.set(name, value);
  }
  return { names, options };
}

/** A duration such as `30s`, `500ms`, `1.5m`, or seconds without a unit; undefined for anything else. */
export function readDurationMs(text: string): number | undefined {
  const seconds = parseDuration(text);
  return seconds === undefined ? undefined : seconds * 1000;
}
