import assert from "node:assert/strict";
import { test } from "node:test";
import { LineSearch } from "./line_search.ts";

/** The lines that are looked at. */
function looked(...pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const search = new LineSearch((line) => {
    lines.push(line);
    return false;
  });
  for (const piece of pieces) search.push(new TextEncoder().encode(piece));
  return lines;
}

const LONG = "x".repeat(5000);

const cases: readonly (readonly [string, string[], string[]])[] = [
  ["whole lines", ["a\nb\n"], ["a", "b"]],
  ["a line that comes in pieces", ["re", "", "ad", "y\nnext"], ["ready"]],
  ["no line that has not ended", ["ready"], []],
  ["empty lines", ["\n\n"], ["", ""]],
  ["lines as Windows ends them", ["a\r", "\nb\r\n"], ["a", "b"]],
  ["characters that are cut in two", ["\u00e9\n"], ["\u00e9"]],
  ["the beginning of a long line", [LONG, LONG, "\nshort\n"], [LONG.slice(0, 4096), "short"]],
  ["the beginnings of long lines in one piece", [`a\n${LONG}\nb\n`], [
    "a",
    LONG.slice(0, 4096),
    "b",
  ]],
];

for (const [name, pieces, want] of cases) {
  test(`LineSearch looks at ${name}`, () => assert.deepEqual(looked(...pieces), want));
}

test("LineSearch tells when the line is there", () => {
  const search = new LineSearch((line) => line === "ready");
  const push = (text: string) => search.push(new TextEncoder().encode(text));
  assert.deepEqual(["al", "ready\nre", "ady\n"].map(push), [false, false, true]);
});
