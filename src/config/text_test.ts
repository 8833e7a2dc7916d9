import assert from "node:assert/strict";
import { test } from "node:test";
import { compareText, indentOf, quote, trim, words } from "./text.ts";

const quoted = [
  { name: "uses single quotes", text: "a b", literal: "'a b'" },
  { name: "uses double quotes around a single one", text: "it's", literal: `"it's"` },
  { name: "escapes the mark where both are there", text: `'"`, literal: `'\\'"'` },
  { name: "escapes line ends, tabs and backslashes", text: "\n\t\\", literal: "'\\n\\t\\\\'" },
  {
    name: "shows what cannot be printed as a number",
    text: "\x1b\ufeff",
    literal: "'\\x1b\\ufeff'",
  },
  { name: "keeps letters of any script", text: "é😀", literal: "'é😀'" },
];

for (const { name, text, literal } of quoted) {
  test(`quote() ${name}`, () => assert.equal(quote(text), literal));
}

test("trim() removes what Python calls white space, and a byte order mark is not", () => {
  assert.equal(trim("\x1c\u3000 a b\x85\n"), "a b");
  assert.equal(trim("\ufeffa"), "\ufeffa");
  assert.equal(indentOf(" \t x"), 3);
});

test("words() splits at runs of white space", () => {
  assert.deepEqual(words(" a\n\tb c "), ["a", "b", "c"]);
  assert.deepEqual(words(""), []);
});

test("compareText() orders by code point, not by UTF-16 unit", () => {
  assert.deepEqual(["😀", "\uffee", "b", "ab", "a"].sort(compareText), [
    "a",
    "ab",
    "b",
    "\uffee",
    "😀",
  ]);
});
