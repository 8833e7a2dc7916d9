/** Names of processes as people and clients write them. */

/** What a client named: one process, or (process null) a whole group. */
export interface Target {
  readonly group: string;
  readonly process: string | null;
}

/** `p` where group and process are called the same, else `g:p`. @see spec/control.md §4 */
export function namespec(group: string, process: string): string {
  return group === process ? group : `${group}:${process}`;
}

/** Reads `p`, `g:p`, `g:*` and `g:`. Splits at the first colon. @see spec/control.md §4 */
export function parseNamespec(text: string): Target {
  const colon = text.indexOf(":");
  if (colon < 0) return { group: text, process: text };
  const process = text.slice(colon + 1);
  return {
    group: text.slice(0, colon),
    process: process === "" || process === "*" ? null : process,
  };
}
