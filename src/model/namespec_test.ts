import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { namespec, parseNamespec } from "./namespec.ts";

const targets: readonly (readonly [string, string, string | null])[] = [
  ["web", "web", "web"],
  ["site:web", "site", "web"],
  ["site:*", "site", null],
  ["site:", "site", null],
  ["site:a:b", "site", "a:b"],
  ["site:*x", "site", "*x"],
  [":web", "", "web"],
  [":", "", null],
  ["", "", ""],
  ["*", "*", "*"],
  ["__proto__:constructor", "__proto__", "constructor"],
];

for (const [text, group, process] of targets) {
  test(`parseNamespec() reads "${text}" as ${process ?? "all"} of ${group}`, () => {
    assert.deepEqual(parseNamespec(text), { group, process });
  });
}

test("namespec() says the name once where group and process share it", () => {
  assert.equal(namespec("web", "web"), "web");
  assert.equal(namespec("site", "web"), "site:web");
});

test("parseNamespec() undoes namespec()", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !/[:*]/.test(text));
  fc.assert(fc.property(name, name, (group, process) => {
    assert.deepEqual(parseNamespec(namespec(group, process)), { group, process });
  }));
});
