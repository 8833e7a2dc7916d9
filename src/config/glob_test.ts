import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeHost } from "./testing.ts";

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
