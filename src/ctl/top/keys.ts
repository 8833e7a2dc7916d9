/** Keys as a terminal sends them. */

export type Key =
  | { readonly name: NamedKey }
  /** One character that was typed. */
  | { readonly char: string };

export type NamedKey =
  | "up"
  | "down"
  | "left"
  | "right"
  | "pageup"
  | "pagedown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt";

const CODES: ReadonlyMap<string, NamedKey> = new Map([
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[B", "down"],
  ["\x1bOB", "down"],
  ["\x1b[C", "right"],
  ["\x1bOC", "right"],
  ["\x1b[D", "left"],
  ["\x1bOD", "left"],
  ["\x1b[5~", "pageup"],
  ["\x1b[6~", "pagedown"],
  ["\x1b[H", "home"],
  ["\x1bOH", "home"],
  ["\x1b[1~", "home"],
  ["\x1b[F", "end"],
  ["\x1bOF", "end"],
  ["\x1b[4~", "end"],
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x1b", "escape"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x03", "interrupt"],
]);

/** Codes that are of no use to us are left out. */
export function readKeys(text: string): Key[] {
  const keys: Key[] = [];
  // deno-lint-ignore no-control-regex
  for (const [code] of text.matchAll(/\x1b\[[0-9;?<=>]*[ -/]*[@-~]|\x1bO.|[^]/gu)) {
    const name = CODES.get(code);
    if (name) keys.push({ name });
    else if (!/^\p{Cc}/u.test(code)) keys.push({ char: code });
  }
  return keys;
}
