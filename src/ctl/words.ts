/** The words of a typed line, for the verbs that are visor's own: there, quotes hold words together. */

/** Blanks part words but for those between quotes, single or double; no character escapes another. */
export function splitQuoted(text: string): string[] {
  const words = text.match(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"?|'([^']*)'?/g, "$1$2"));
}
