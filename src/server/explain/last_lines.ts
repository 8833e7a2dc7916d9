/** The last lines of a program's output, fit for a terminal: nothing in them moves the cursor. */
import { oneLine } from "../../logs/one_line.ts";
import { stripAnsi } from "../../logs/strip_ansi.ts";

const MOST_LINES = 10;
const LONGEST_LINE = 500;

/** Letters that turn the direction of writing: what stands on a terminal is what was written. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function lastLines(output: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(stripAnsi(output)).trimEnd();
  if (text === "") return [];
  return text.split("\n").slice(-MOST_LINES).map(tidy);
}

/** Of a line that was written over again and again, what it showed in the end. */
function tidy(line: string): string {
  const shown = line.replace(/\r+$/, "").replace(/^.*\r/s, "").replaceAll("\t", "    ");
  const plain = oneLine(shown).replace(TURNS, "");
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}
