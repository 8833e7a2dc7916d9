import assert from "node:assert/strict";
import { test } from "node:test";
import { lastLine, lastLines } from "./last_lines.ts";

const cases: readonly (readonly [output: string, lines: readonly string[]])[] = [
  ["", []],
  ["\n \n", []],
  ["one", ["one"]],
  ["one\r\ntwo\r\n\n", ["one", "two"]],
  ["10%\r50%\r100%\r\nnext", ["100%", "next"]],
  ["a\tb", ["a    b"]],
  ["\x1b[31mred\x1b[0m", ["red"]],
  ["\x1b]0;title\x07\x9b2J\x1bc", ["\\x1b]0;title\\x07\\x9b2J\\x1bc"]],
  ["user\u202eresu", ["userresu"]],
  ["é\u2028x", ["é\\u2028x"]],
];

for (const [output, lines] of cases) {
  test(`lastLines() of ${JSON.stringify(output)}`, () => {
    assert.deepEqual(lastLines(new TextEncoder().encode(output)), lines);
  });
}

test("lastLines() gives some lines of a length that can be read", () => {
  const lines = Array.from({ length: 50 }, (_, i) => `${i}${"x".repeat(i * 30)}`);
  const last = lastLines(new TextEncoder().encode(lines.join("\n")));
  assert.deepEqual([last.length, last[0]!.slice(0, 2), last[9]!.length], [10, "40", 501]);
});

test("what is no text does not stop lastLines()", () => {
  assert.deepEqual(lastLines(new Uint8Array([0xff, 0, 0x41])), ["\ufffd\\x00A"]);
});

const last: readonly (readonly [output: string, line: string | null])[] = [
  ["", null],
  ["\n\n \n", null],
  ["one", "one"],
  ["one\ntwo\n \n", "two"],
  ["one\r\n  two\r\n", "two"],
  ["10 %\r20 %\r", "20 %"],
  ["a\x07\n", "a\\x07"],
  [`${"x".repeat(1 << 20)}\nend\n`, "end"],
];

for (const [output, line] of last) {
  test(`lastLine() of ${JSON.stringify(output.slice(-20))}`, () => {
    assert.equal(lastLine(new TextEncoder().encode(output)), line);
  });
}
