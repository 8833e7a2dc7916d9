/** What completion scripts are made from, before any shell's syntax. */

export interface CliDescription {
  /** The executable, e.g. `visor`. */
  readonly program: string;
  readonly commands: readonly CommandDescription[];
}

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  /** The name of a link that makes the executable this command, e.g. `supervisorctl`. */
  readonly link?: string;
  readonly options: readonly OptionDescription[];
  /** The words that may follow the options; without them file names follow. */
  readonly actions?: readonly ActionDescription[];
}

export interface OptionDescription {
  /** All spellings, e.g. `-c` and `--configuration`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What has to follow the option; absent for a switch. */
  readonly value?: "file" | "folder" | "text";
}

export interface ActionDescription {
  readonly name: string;
  readonly summary: string;
  readonly takes?: "processes" | "groups" | "actions";
  readonly options?: readonly string[];
}

/** A table that a generated function looks up: what to print for which words. */
export interface LookUp {
  readonly words: readonly string[];
  /** Candidates have their summary after a tab. */
  readonly lines: readonly string[];
}

/** What a script knows, the same for every shell. Functions are named for the keys. */
export interface ScriptData {
  readonly link: readonly LookUp[];
  readonly commands: readonly string[];
  readonly options: readonly LookUp[];
  /** Looked up by `command flag`. */
  readonly value: readonly LookUp[];
  readonly actions: readonly LookUp[];
  /** Looked up by `command action`. */
  readonly takes: readonly LookUp[];
  /** Options of actions, looked up by `command action`. */
  readonly flags: readonly LookUp[];
}

export function scriptData({ commands }: CliDescription): ScriptData {
  return {
    link: commands.filter((one) => one.link).map((one) => ({
      words: [one.link!],
      lines: [one.name],
    })),
    commands: commands.map(candidate),
    options: commands.map((one) => ({ words: [one.name], lines: one.options.flatMap(flagLines) })),
    value: commands.flatMap((one) => one.options.flatMap((option) => values(one, option))),
    actions: commands.filter((one) => one.actions).map((one) => (
      { words: [one.name], lines: one.actions!.map(candidate) }
    )),
    takes: commands.flatMap((one) => (one.actions ?? []).flatMap((action) => takes(one, action))),
    flags: commands.flatMap((one) => (one.actions ?? []).flatMap((action) => flags(one, action))),
  };
}

function candidate(named: { readonly name: string; readonly summary: string }): string {
  return `${named.name}\t${named.summary}`;
}

function flagLines({ flags, summary }: OptionDescription): string[] {
  return flags.map((flag) => `${flag}\t${summary}`);
}

function values(command: CommandDescription, { flags, value }: OptionDescription): LookUp[] {
  if (!value) return [];
  return [{ words: flags.map((flag) => `${command.name} ${flag}`), lines: [value] }];
}

function takes(command: CommandDescription, action: ActionDescription): LookUp[] {
  if (!action.takes) return [];
  return [{ words: [`${command.name} ${action.name}`], lines: [action.takes] }];
}

function flags(command: CommandDescription, { name, options = [] }: ActionDescription): LookUp[] {
  return options.length === 0 ? [] : [{ words: [`${command.name} ${name}`], lines: options }];
}

/** Everything the executable is called by. */
export function programNames({ program, commands }: CliDescription): string[] {
  return [program, ...commands.flatMap((one) => one.link ?? [])];
}
