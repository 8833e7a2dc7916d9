import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

const cases: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ["10", 10],
  ["0.5", 0.5],
  ["500ms", 0.5],
  ["1.5 m", 90],
  ["2h", 7200],
  ["7d", 604_800],
  ["", undefined],
  ["-1", undefined],
  [".5", undefined],
  ["1w", undefined],
  ["1e3", undefined],
  ["1234567890", undefined],
];

for (const [text, seconds] of cases) {
  test(`parseDuration() of "${text}" is ${seconds}`, () => {
    assert.equal(parseDuration(text), seconds);
  });
}
