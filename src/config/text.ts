/** Text as Python sees it: what is white space, and how a string is quoted in a message. */

/** `str.isspace`: JavaScript's `\s` and the separators 1C to 1F and 85, without the byte order mark. */
const SPACES = new Set(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006" +
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** @param char One character, or undefined past the end of a text. */
export function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACES.has(char);
}

export function trimStart(text: string): string {
  return text.slice(indentOf(text));
}

export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

export function trim(text: string): string {
  return trimEnd(trimStart(text));
}

/** How many characters of white space a line starts with. */
export function indentOf(line: string): number {
  let start = 0;
  while (start < line.length && isSpace(line[start])) start++;
  return start;
}

/** The parts between white space; none of them is empty. */
export function words(text: string): string[] {
  const spaced = Array.from(text, (char) => isSpace(char) ? " " : char).join("");
  return spaced.split(" ").filter((word) => word !== "");
}

/** A string as a Python literal, the way Supervisor's messages quote values. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let quoted = mark;
  for (const char of text) quoted += escapeFor(char, mark);
  return quoted + mark;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeFor(char: string, mark: string): string {
  if (char === mark) return `\\${char}`;
  const known = ESCAPES.get(char);
  if (known !== undefined) return known;
  if (char === " " || !UNPRINTABLE.test(char)) return char;
  const hex = char.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** Orders by code point, as Python sorts strings; UTF-16 order differs past U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.codePointAt(i)! - b.codePointAt(i)!;
  }
  return a.length - b.length;
}
