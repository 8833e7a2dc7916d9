import assert from "node:assert/strict";
import { test } from "node:test";
import { cellCount, cut, fit, printable } from "./cells.ts";

const counts: [text: string, cells: number][] = [
  ["", 0],
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["日本", 4],
  ["😀x", 3],
  ["a\u200bb", 2],
];

for (const [text, cells] of counts) {
  test(`cellCount() of ${JSON.stringify(text)} is ${cells}`, () => {
    assert.equal(cellCount(text), cells);
  });
}

const cuts: [text: string, width: number, want: string][] = [
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["日本語", 6, "日本語"],
  ["日本語", 5, "日本…"],
  ["日本語", 4, "日…"],
  ["ab", 1, "…"],
  ["ab", 0, ""],
  ["", 0, ""],
];

for (const [text, width, want] of cuts) {
  test(`cut() of ${text} to ${width} is ${JSON.stringify(want)}`, () => {
    assert.equal(cut(text, width), want);
  });
}

test("fit() pads on the side that it is told", () => {
  assert.deepEqual([fit("日", 4), fit("7", 3, "right"), fit("long", 3, "right")], [
    "日  ",
    "  7",
    "lo…",
  ]);
});

test("printable() leaves nothing that acts on a terminal", () => {
  assert.equal(printable("a\x1b[31mb\x07\u009bc\nd\u202ee\u2028f"), "a[31mbcdef");
});
