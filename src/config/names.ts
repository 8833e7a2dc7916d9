/** The names that a value may mention as `%(name)s`. */
import { compareText } from "./text.ts";

export type NameValue = string | number;

/** Names in layers: what is said last wins, and nothing is copied for each process. */
export class Names {
  readonly #own: ReadonlyMap<string, NameValue>;
  readonly #under: Names | undefined;

  constructor(own: ReadonlyMap<string, NameValue>, under?: Names) {
    this.#own = own;
    this.#under = under;
  }

  get(name: string): NameValue | undefined {
    return this.#own.get(name) ?? this.#under?.get(name);
  }

  with(names: ReadonlyMap<string, NameValue>): Names {
    return new Names(names, this);
  }

  /** Every name, sorted. */
  list(): string[] {
    const names = new Set(this.#own.keys());
    for (const name of this.#under?.list() ?? []) names.add(name);
    return [...names].sort(compareText);
  }
}

/** Variables as they are mentioned: `ENV_PATH` for `PATH`. */
export function environmentNames(environment: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(Array.from(environment, ([name, value]) => [`ENV_${name}`, value]));
}
