import assert from "node:assert/strict";
import { test } from "node:test";
import { sameData } from "./plain_data.ts";

const pairs: readonly (readonly [name: string, a: unknown, b: unknown, same: boolean])[] = [
  ["equal text", "a", "a", true],
  ["text and a number", "1", 1, false],
  ["null and nothing set", null, undefined, false],
  ["null and an object", null, {}, false],
  ["lists of the same", [1, ["a"]], [1, ["a"]], true],
  ["lists in another order", [1, 2], [2, 1], false],
  ["a longer list", [1], [1, 2], false],
  ["objects in another order", { a: 1, b: [2] }, { b: [2], a: 1 }, true],
  ["an object with another key", { a: undefined }, { b: undefined }, false],
  ["a list and an object like it", ["a"], { 0: "a" }, false],
  ["maps of the same", new Map([["a", [1]]]), new Map([["a", [1]]]), true],
  ["maps that differ", new Map([["a", 1]]), new Map([["a", 2]]), false],
  ["a map and an object", new Map([["a", 1]]), { a: 1 }, false],
];

for (const [name, a, b, same] of pairs) {
  test(`sameData() says ${same} of ${name}`, () => {
    assert.equal(sameData(a, b), same);
    assert.equal(sameData(b, a), same);
  });
}
