/** The last line of a log, for a table. */
import { stripAnsi } from "./strip_ansi.ts";

/** As much of the end as is looked at. */
const BYTES = 4096;
const LONGEST = 500;

/** What is left of it when a terminal's codes are gone. Of a line that was drawn anew, the latest. */
export function lastLine(latest: Uint8Array): string | null {
  const text = new TextDecoder().decode(stripAnsi(latest.subarray(-BYTES)));
  const lines = text.split(/[\r\n]+/).map(readable);
  return lines.findLast((line) => line !== "") ?? null;
}

function readable(line: string): string {
  const text = line.replace(/\t/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
  return [...text].slice(0, LONGEST).join("");
}
