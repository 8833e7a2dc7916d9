import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesGlob } from "./glob.ts";
import { fakeHost } from "./testing.ts";

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

const host = fakeHost({
  files: {
    "/c/a.conf": "",
    "/c/b.conf": "",
    "/c/.h.conf": "",
    "/c/d/x.conf": "",
    "/c/e/y.conf": "",
  },
});

const expansions: [pattern: string, want: string[]][] = [
  ["/c/*.conf", ["/c/a.conf", "/c/b.conf"]],
  ["/c/.*.conf", ["/c/.h.conf"]],
  ["/c/a.conf", ["/c/a.conf"]],
  ["/c/none.conf", []],
  ["/c/*/*.conf", ["/c/d/x.conf", "/c/e/y.conf"]],
  ["/c/**", ["/c/a.conf", "/c/b.conf", "/c/d", "/c/e"]],
  ["/c/*/x.conf", ["/c/d/x.conf"]],
  ["/c/*/", ["/c/d/", "/c/e/"]],
  ["/*/[ab].conf", ["/c/a.conf", "/c/b.conf"]],
];

for (const [pattern, want] of expansions) {
  test(`expandGlob() finds what matches ${pattern}`, () => {
    assert.deepEqual(host.glob(pattern).sort(), want);
  });
}
