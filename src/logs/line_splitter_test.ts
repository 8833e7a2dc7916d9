import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter, LONGEST_LINE_BYTES } from "./line_splitter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Lines as `text`, pieces as `text…`. */
function split(chunks: readonly Uint8Array[], flush = true): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line, isWhole) => {
    lines.push(new TextDecoder().decode(line) + (isWhole ? "" : "…"));
  });
  for (const chunk of chunks) splitter.push(chunk);
  if (flush) splitter.flush();
  return lines;
}

const cases: readonly (readonly [chunks: readonly string[], lines: readonly string[]])[] = [
  [["a\nb\n"], ["a", "b"]],
  [["a", "b\nc", "\n"], ["ab", "c"]],
  [["\n\n"], ["", ""]],
  [["a\r\n"], ["a\r"]],
  [["prompt: "], ["prompt: …"]],
  [["", "\n"], [""]],
  [[], []],
];

for (const [chunks, lines] of cases) {
  test(`${JSON.stringify(chunks)} is ${JSON.stringify(lines)}`, () => {
    assert.deepEqual(split(chunks.map(bytes)), lines);
  });
}

test("a beginning of a line waits until it is flushed", () => {
  assert.deepEqual(split([bytes("a\nb")], false), ["a"]);
});

test("a long line comes in pieces that cut no character in two", () => {
  const long = `x${"é".repeat(LONGEST_LINE_BYTES)}`;
  for (const end of ["\n", ""]) {
    const lines = split([bytes(long.slice(0, 40_000)), bytes(long.slice(40_000) + end)]);
    assert.ok(lines.every((line) => bytes(line).length <= LONGEST_LINE_BYTES + 3));
    assert.ok(!lines.join("").includes("\ufffd"));
    assert.equal(lines.join("").replaceAll("…", ""), long);
    assert.deepEqual(lines.map((line) => line.endsWith("…")), [true, true, end === ""]);
  }
});

test("bytes come as the same lines however they are cut", () => {
  const text = fc.array(fc.constantFrom("\n", "a", "é", "\n\n", "word ", "€".repeat(30_000)), {
    maxLength: 12,
  }).map((parts) => bytes(parts.join("")));
  fc.assert(fc.property(text, fc.array(fc.nat(1_000_000), { maxLength: 5 }), (whole, places) => {
    const cuts = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
    const ends = [...cuts, whole.length];
    const chunks = ends.map((end, i) => whole.subarray(i === 0 ? 0 : ends[i - 1], end));
    assert.deepEqual(split(chunks), split([whole]));
  }));
});
