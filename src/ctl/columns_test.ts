import assert from "node:assert/strict";
import { test } from "node:test";
import { columns } from "./columns.ts";

const cases = [
  { name: "one row if they fit", words: ["a", "bb", "c"], width: 8, rows: ["a  bb  c"] },
  { name: "columns filled downwards", words: ["a", "bb", "c"], width: 7, rows: ["a   c", "bb"] },
  { name: "one a row at worst", words: ["aaa", "b"], width: 1, rows: ["aaa", "b  "] },
  { name: "no words", words: [], width: 9, rows: [""] },
];

for (const { name, words, width, rows } of cases) {
  test(`columns() gives ${name}`, () => {
    assert.deepEqual(columns(words, width), rows);
  });
}
