import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesGlob } from "./glob.ts";

const matches: [pattern: string, name: string, want: boolean][] = [
  ["*.conf", "a.conf", true],
  ["*.conf", "a.conf~", false],
  ["a?c", "abc", true],
  ["a?c", "a😀c", true],
  ["[a-c]x", "bx", true],
  ["[!a-c]x", "bx", false],
  ["[]-]", "]", true],
  ["[a-]", "-", true],
  ["[a", "[a", true],
  ["*a*b*", "xaxbx", true],
  ["A", "a", false],
  ["**", "abc", true],
];

for (const [pattern, name, want] of matches) {
  test(`matchesGlob() says ${want} to ${name} for ${pattern}`, () => {
    assert.equal(matchesGlob(name, pattern), want);
  });
}

test("matchesGlob() is quick with many stars", () => {
  const start = performance.now();
  assert.equal(matchesGlob("a".repeat(2_000), "*a".repeat(200) + "b"), false);
  assert.ok(performance.now() - start < 2_000);
});
