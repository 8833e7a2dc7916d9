import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, duration } from "./units.ts";

const durations: [ms: number, text: string][] = [
  [0, "0:00:00"],
  [3_723_999, "1:02:03"],
  [(48 * 3600 - 1) * 1000, "47:59:59"],
  [(3 * 86_400 + 4 * 3600) * 1000, "3d04h"],
];

for (const [ms, text] of durations) {
  test(`duration() of ${ms} is ${text}`, () => assert.equal(duration(ms), text));
}

const sizes: [count: number, text: string][] = [
  [0, "0B"],
  [999, "999B"],
  [1000, "1.0K"],
  [1024 * 1024, "1.0M"],
  [123 * 1024 * 1024, "123M"],
  [1023 * 1024, "1.0M"],
  [99.96 * 1024, "100K"],
];

for (const [count, text] of sizes) {
  test(`bytes() of ${count} is ${text}`, () => assert.equal(bytes(count), text));
}
