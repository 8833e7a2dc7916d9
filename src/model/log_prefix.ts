/** What stands before each line of a prefixed log, with names to be filled in. */

/** What a prefix may mention. */
export const PREFIX_NAMES = ["group", "program", "channel", "pid"] as const;

export type PrefixName = typeof PREFIX_NAMES[number];

export const DEFAULT_PREFIX = "{group}:{program}";

/** Texts and names in turn, or what is wrong. */
export interface Prefix {
  readonly parts: readonly (string | { readonly name: PrefixName })[];
  /** What was expected. */
  readonly trouble?: string;
}

// deno-lint-ignore no-control-regex -- a line feed in it would make lines that nobody wrote
const CONTROL = /[\x00-\x1f\x7f]/;

/** @example readPrefix("[{program}]").parts // ["[", { name: "program" }, "]"] */
export function readPrefix(template: string): Prefix {
  if (CONTROL.test(template)) return { parts: [], trouble: "expected one line" };
  const parts = template.split(/(\{[^{}]*\})/).filter((part) => part !== "").map((part) => {
    const name = PREFIX_NAMES.find((known) => part === `{${known}}`);
    return name ? { name } : part;
  });
  const isClean = parts.every((part) => typeof part !== "string" || !/[{}]/.test(part));
  if (isClean) return { parts };
  const names = PREFIX_NAMES.map((name) => `{${name}}`).join(", ");
  return { parts: [], trouble: `expected nothing in braces but ${names}` };
}
