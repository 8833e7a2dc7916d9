/** The last lines of a program's output, fit for a terminal: nothing in them moves the cursor. */
import { oneLine } from "./one_line.ts";
import { stripAnsi } from "./strip_ansi.ts";

const MOST_LINES = 10;
const LONGEST_LINE = 500;

/** As much of the end as the last line is looked for in. */
const LAST_LINE_BYTES = 4096;

/** Letters that turn the direction of writing: what stands on a terminal is what was written. */
const TURNS = /\p{Bidi_Control}/gu;

export function lastLines(output: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(stripAnsi(output)).trimEnd();
  if (text === "") return [];
  return text.split("\n").slice(-MOST_LINES).map(tidy);
}

/** The last one that says something; null if there is none. */
export function lastLine(output: Uint8Array): string | null {
  const lines = lastLines(output.subarray(-LAST_LINE_BYTES)).map((line) => line.trim());
  return lines.findLast((line) => line !== "") ?? null;
}

/** Of a line that was written over again and again, what it showed in the end. */
function tidy(line: string): string {
  const shown = line.replace(/\r+$/, "").replace(/^.*\r/s, "").replaceAll("\t", "    ");
  const plain = oneLine(shown).replace(TURNS, "");
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}
