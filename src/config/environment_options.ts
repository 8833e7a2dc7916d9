/** Where else than from `environment=` a program has its variables. Options of ours. */
import type { EnvironmentFile, OwnProgramOptions } from "../model/own_options.ts";
import { boolean, list } from "./datatypes.ts";
import type { Load } from "./load.ts";
import { absolute, directoryOf, expandHome } from "./paths.ts";
import { BadValue, show } from "./problems.ts";
import { complain, read, type Scope, valueOf } from "./section.ts";
import { trimStart } from "./text.ts";

export type EnvironmentOptions = Pick<
  OwnProgramOptions,
  "environment_file" | "environment_clear" | "environment_keep" | "environment_from"
>;

/**
 * Nothing of the files is read here: that is done whenever a process is started.
 *
 * @param scope Knows `process_num`.
 * @param own What the program's `environment` says.
 */
export function readEnvironmentOptions(
  load: Load,
  scope: Scope,
  own: ReadonlyMap<string, string>,
): EnvironmentOptions {
  const option = <K extends keyof EnvironmentOptions>(
    name: K,
    convert: (text: string) => EnvironmentOptions[K],
  ) => read<EnvironmentOptions[K]>(scope, name, convert, null);
  const environment_clear = option("environment_clear", boolean);
  const environment_keep = option("environment_keep", names);
  const isOwn = valueOf(scope, "environment_keep")?.section === undefined;
  if (environment_keep?.length && !environment_clear && isOwn) complainOfKeep(scope);
  const under = [...own.keys()];
  const beside = (name: string) => (path: string) => resolve(load, scope, name, path);
  return {
    environment_file: option("environment_file", (text) => ({
      files: files(text, beside("environment_file")),
      under,
    })),
    environment_clear,
    environment_keep,
    environment_from: option("environment_from", (text) => {
      return sources(text, beside("environment_from"));
    }),
  };
}

/** A relative path starts in the folder of the file that has the option. */
function resolve({ host }: Load, scope: Scope, option: string, path: string): string {
  const { file } = valueOf(scope, option)!;
  return absolute(expandHome(path, host), directoryOf(absolute(file, host.cwd)));
}

/** A comma at the end is no item. */
function items(text: string): string[] {
  return list(text).filter((item, i, all) => item !== "" || i < all.length - 1);
}

function names(text: string): string[] {
  const found = items(text);
  for (const name of found) {
    if (!isName(name)) throw bad("environment_keep", "names with commas between them", name);
  }
  return found;
}

function files(text: string, resolve: (path: string) => string): EnvironmentFile[] {
  return items(text).map((item) => {
    const optional = item.startsWith("-");
    const path = optional ? trimStart(item.slice(1)) : item;
    if (path === "") throw bad("environment_file", "paths with commas between them", item);
    return { path: resolve(path), optional };
  });
}

function sources(text: string, resolve: (path: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  for (const item of items(text)) {
    const colon = item.indexOf(":");
    const name = item.slice(0, Math.max(colon, 0)).trimEnd();
    const path = trimStart(item.slice(colon + 1));
    if (!isName(name) || path === "") {
      throw bad("environment_from", "NAME:/path pairs with commas between them", item);
    }
    if (found.has(name)) throw bad("environment_from", "each name once", item);
    found.set(name, resolve(path));
  }
  return found;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Whether a variable can be called so. Shells allow less, other programs use dots and dashes. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Who writes `NAME=value` in the place of a file has written a value, which is not shown. */
function bad(option: keyof EnvironmentOptions, expected: string, item: string): BadValue {
  const detail = `expected ${expected}, got ${show(item.replace(/=.*/s, "=…"))}`;
  return new BadValue(`invalid '${option}' value: ${detail}`, detail);
}

function complainOfKeep(scope: Scope): void {
  complain(scope, "environment_keep", {
    code: "CONFLICT",
    message: "Cannot set environment_keep without environment_clear=true",
    detail: "expected environment_clear to be true as well: without it everything is kept",
  });
}
