/** Files of variables, as `.env` files are written. Nothing in them is run or expanded. */
import { isName } from "./environment_options.ts";
import { trim } from "./text.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What is wrong with a line. It shows nothing of the line, which may be part of a secret. */
export class DotenvError extends Error {
  override readonly name = "DotenvError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const BYTE_ORDER_MARK = /^\ufeff/;
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?([^\s=]+)[ \t]*=[ \t]*/y;
const IGNORED = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;

/**
 * Reads `NAME=value` lines; of two with one name the later one counts.
 *
 * A value without quotes ends with its line, or before a `#` that follows a blank. In single quotes
 * everything stands for itself; in double quotes `\n`, `\r`, `\t`, `\\`, `\"` and `\$` are escapes.
 * A quoted value may have several lines, which end in a newline however the file ends them.
 *
 * @throws {DotenvError}
 */
export function readDotenv(bytes: Uint8Array): Map<string, string> {
  const text = decode(bytes).replace(BYTE_ORDER_MARK, "").replaceAll("\r\n", "\n");
  const nul = text.indexOf("\0");
  if (nul >= 0) throw new DotenvError(lineAt(text, nul), "expected text, got a NUL byte");
  const variables = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const ignored = matchAt(IGNORED, text, at);
    if (ignored) {
      at = ignored.end;
      continue;
    }
    const { name, start } = readName(text, at);
    const { value, end } = readValue(text, start, name);
    variables.set(name, value);
    at = end;
  }
  return variables;
}

function decode(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (typeof text === "string") return text;
  const line = bytes.subarray(0, text.start).filter((byte) => byte === 10).length + 1;
  throw new DotenvError(line, `expected text in UTF-8: ${text.reason}`);
}

function readName(text: string, at: number): { name: string; start: number } {
  const found = matchAt(ASSIGNMENT, text, at);
  const name = found?.groups[0];
  if (!found || name === undefined || !isName(name)) {
    throw new DotenvError(lineAt(text, at), "expected NAME=value, a comment or an empty line");
  }
  return { name, start: found.end };
}

interface Value {
  readonly value: string;
  /** Where the next line starts. */
  readonly end: number;
}

function readValue(text: string, at: number, name: string): Value {
  const mark = text[at];
  if (mark !== '"' && mark !== "'") return readPlain(text, at);
  const close = mark === "'" ? text.indexOf(mark, at + 1) : closingQuote(text, at + 1);
  if (close < 0) {
    throw new DotenvError(lineAt(text, at), `expected a closing ${mark} for the value of ${name}`);
  }
  const rest = matchAt(IGNORED, text, close + 1);
  if (!rest) {
    const expected = `expected nothing but a comment after the closing ${mark} of ${name}`;
    throw new DotenvError(lineAt(text, close), expected);
  }
  const inner = text.slice(at + 1, close);
  return { value: mark === "'" ? inner : unescaped(inner), end: rest.end };
}

function readPlain(text: string, at: number): Value {
  const newline = text.indexOf("\n", at);
  const end = newline < 0 ? text.length : newline;
  const line = text.slice(at - 1, end); // what is before the value may be a blank
  const comment = line.search(/[ \t]#/);
  const value = trim(line.slice(1, comment < 0 ? undefined : Math.max(comment, 1)));
  return { value, end: end + 1 };
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at++;
  }
  return -1;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([["n", "\n"], ["r", "\r"], ["t", "\t"]]);

/** A backslash before anything else stays. */
function unescaped(text: string): string {
  return text.replace(/\\([nrt\\"$])/g, (_, char: string) => ESCAPES.get(char) ?? char);
}

function matchAt(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match && { groups: match.slice(1), end: pattern.lastIndex };
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
