/** Shell-like splitting, as Python's `shlex` does it in POSIX mode. */
import { BadValue, show } from "./problems.ts";

/** What a caller's tokens are made of. */
interface Grammar {
  /** Characters that make up words; any other one outside quotes is a token by itself. */
  isWord(char: string): boolean;
  /** Whether `#` outside quotes starts a comment to the end of the line. */
  readonly comments: boolean;
}

/**
 * Splits a command line like a shell without variables, globs or comments.
 *
 * @throws {BadValue} `No closing quotation` or `No escaped character`.
 * @see spec/processes.md §7, "split"
 */
export function commandWords(command: string): string[] {
  return tokens(command, { isWord: () => true, comments: false });
}

/** Splits a text into tokens. @throws {BadValue} like {@link commandWords}. */
export function tokens(text: string, grammar: Grammar): string[] {
  const found: string[] = [];
  let token: string | undefined;
  const flush = () => {
    if (token !== undefined) found.push(token);
    token = undefined;
  };
  for (let at = 0; at < text.length;) {
    const char = String.fromCodePoint(text.codePointAt(at)!);
    const next = at + char.length;
    if (" \t\r\n".includes(char)) {
      flush();
      at = next;
    } else if (grammar.comments && char === "#") {
      flush();
      at = endOfLine(text, at);
    } else if (char === "'" || char === '"') {
      const quoted = readQuoted(text, at);
      token = (token ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      const escaped = characterAt(text, next);
      token = (token ?? "") + escaped;
      at = next + escaped.length;
    } else if (grammar.isWord(char)) {
      token = (token ?? "") + char;
      at = next;
    } else {
      flush();
      found.push(char);
      at = next;
    }
  }
  flush();
  return found;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

/** In double quotes a backslash escapes a double quote and itself; in single quotes nothing. */
function readQuoted(text: string, open: number): { text: string; end: number } {
  const mark = text[open]!;
  const parts: string[] = [];
  let from = open + 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === mark) return { text: parts.join("") + text.slice(from, at), end: at + 1 };
    if (char !== "\\" || mark === "'") continue;
    const escaped = characterAt(text, at + 1);
    if (escaped === mark || escaped === "\\") {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    at += escaped.length;
  }
  const detail = `expected a closing ${mark} in ${show(text)}`;
  throw new BadValue("No closing quotation", detail, "BAD_VALUE", open);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code !== undefined) return String.fromCodePoint(code);
  const detail = `expected a character after the last \\ of ${show(text)}`;
  throw new BadValue("No escaped character", detail, "BAD_VALUE", at);
}
