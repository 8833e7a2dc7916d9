/**
 * Command lines by getopt's rules: short options bundle, long ones may be abbreviated while they
 * stay unique, and the first word that is no option ends them. No library for command lines keeps
 * these rules, and scripts written for Supervisor rely on them.
 *
 * @see spec/processes.md §1
 */

export interface OptionSpec {
  /** Of the long form, without dashes; unique. */
  readonly name: string;
  /** One letter, or several that mean the same. */
  readonly short?: string;
  /** What the option takes, as the help shows it; without it the option is a switch. */
  readonly takes?: string;
  readonly help: string;
  /** Must be written in full: an option of ours does not take an abbreviation from Supervisor's. */
  readonly inFull?: true;
}

export interface ParsedOptions {
  /** By long name; a switch has the empty string. */
  readonly values: ReadonlyMap<string, { readonly value: string; readonly flag: string }>;
  readonly rest: readonly string[];
}

/** A command line that cannot be understood; exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws {UsageError} */
export function getopt(words: readonly string[], specs: readonly OptionSpec[]): ParsedOptions {
  const values = new Map<string, { value: string; flag: string }>();
  const rest = [...words];

  function put(spec: OptionSpec, flag: string, value: string): void {
    if (values.has(spec.name)) throw new UsageError(`conflicting command line option '${flag}'`);
    values.set(spec.name, { value, flag });
  }

  function argumentOf(flag: string): string {
    const word = rest.shift();
    if (word === undefined) throw new UsageError(`option ${flag} requires argument`);
    return word;
  }

  function readLong(word: string): void {
    const equals = word.indexOf("=");
    const typed = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const spec = longOption(typed, specs);
    const flag = `--${spec.name}`;
    if (spec.takes !== undefined) {
      return put(spec, flag, equals < 0 ? argumentOf(flag) : word.slice(equals + 1));
    }
    if (equals >= 0) throw new UsageError(`option ${flag} must not have an argument`);
    put(spec, flag, "");
  }

  function readShorts(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const flag = `-${word[i]}`;
      const spec = specs.find(({ short }) => short?.includes(word[i]!));
      if (!spec) throw new UsageError(`option ${flag} not recognized`);
      if (spec.takes !== undefined) {
        return put(spec, flag, i + 1 < word.length ? word.slice(i + 1) : argumentOf(flag));
      }
      put(spec, flag, "");
    }
  }

  for (;;) {
    const word = rest[0];
    if (word === undefined || !word.startsWith("-") || word === "-") return { values, rest };
    rest.shift();
    if (word === "--") return { values, rest };
    if (word.startsWith("--")) readLong(word);
    else readShorts(word);
  }
}

function longOption(typed: string, specs: readonly OptionSpec[]): OptionSpec {
  const exact = specs.find(({ name }) => name === typed);
  if (exact) return exact;
  const matches = specs.filter(({ name, inFull }) => !inFull && name.startsWith(typed));
  if (matches.length === 0) throw new UsageError(`option --${typed} not recognized`);
  if (matches.length > 1) throw new UsageError(`option --${typed} not a unique prefix`);
  return matches[0]!;
}

/** The options as a help text lists them. */
export function describeOptions(specs: readonly OptionSpec[]): string {
  const forms = specs.map(({ name, short, takes }) => {
    const argument = takes === undefined ? "" : ` ${takes}`;
    const shorts = [...short ?? ""].map((letter) => `-${letter}, `).join("");
    return `${shorts}--${name}${argument}`;
  });
  const width = Math.max(...forms.map((form) => form.length));
  return specs.map(({ help }, i) => `  ${forms[i]!.padEnd(width)}  ${help}\n`).join("");
}
