import assert from "node:assert/strict";
import { test } from "node:test";
import { lastLine } from "./last_line.ts";

const cases: [text: string, line: string | null][] = [
  ["", null],
  ["\n\n \n", null],
  ["one", "one"],
  ["one\ntwo\n\n", "two"],
  ["one\r\ntwo\r\n", "two"],
  ["10 %\r20 %\r", "20 %"],
  ["\x1b[31mred\x1b[0m\n", "red"],
  ["a\tb\x07\x08c\n", "a bc"],
  ["é".repeat(600), "é".repeat(500)],
];

for (const [text, line] of cases) {
  test(`lastLine() of ${JSON.stringify(text.slice(0, 20))}`, () => {
    assert.equal(lastLine(new TextEncoder().encode(text)), line);
  });
}

test("lastLine() looks only at the end", () => {
  const text = `${"x".repeat(1 << 20)}\nend\n`;
  assert.equal(lastLine(new TextEncoder().encode(text)), "end");
});
