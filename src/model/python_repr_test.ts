import assert from "node:assert/strict";
import { test } from "node:test";
import { pythonRepr } from "./python_repr.ts";

const cases = [
  { text: "plain", repr: "'plain'" },
  { text: "it's", repr: `"it's"` },
  { text: `it's "so"`, repr: `'it\\'s "so"'` },
  { text: "a\nb\\c\t\x1b", repr: "'a\\nb\\\\c\\t\\x1b'" },
  { text: "é", repr: "'é'" },
];

for (const { text, repr } of cases) {
  test(`pythonRepr() writes ${JSON.stringify(text)} as Python does`, () => {
    assert.equal(pythonRepr(text), repr);
  });
}
