/** The words of a command line; in a typed one, for verbs that are visor's own, quotes hold words together. */

/** Blanks part words but for those between quotes, single or double; no character escapes another. */
export function splitQuoted(text: string): string[] {
  const words = text.match(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"?|'([^']*)'?/g, "$1$2"));
}

/** Asks any verb for a document in place of text. */
export const JSON_OPTION = "--json";

/** The words without an option, and whether it was there. After `--` there are no options. */
export function takeOption(
  words: readonly string[],
  option: string,
): { readonly words: readonly string[]; readonly found: boolean } {
  const end = words.indexOf("--");
  const kept = words.filter((word, i) => word !== option || (end >= 0 && i > end));
  return { words: kept, found: kept.length < words.length };
}
