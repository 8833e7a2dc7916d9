import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords } from "./spans.ts";

const cases: readonly (readonly [ms: number, words: string])[] = [
  [-5, "0 ms"],
  [0, "0 ms"],
  [999.4, "999 ms"],
  [1000, "1.0 s"],
  [9949, "9.9 s"],
  [12_900, "12 s"],
  [59_999, "59 s"],
  [60_000, "1 minute"],
  [7_199_999, "1 hour"],
  [7_200_000, "2 hours"],
  [90_000_000, "1 day"],
];

for (const [ms, words] of cases) {
  test(`inWords(${ms}) is "${words}"`, () => assert.equal(inWords(ms), words));
}
