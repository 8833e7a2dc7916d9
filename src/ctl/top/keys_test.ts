import assert from "node:assert/strict";
import { test } from "node:test";
import { readKeys } from "./keys.ts";

const cases: [text: string, keys: string][] = [
  ["", ""],
  ["aB?", "'a' 'B' '?'"],
  ["é日😀", "'é' '日' '😀'"],
  ["\x1b[A\x1b[B\x1bOC", "up down right"],
  ["\x1b[5~\x1b[6~\x1b[1~\x1bOF", "pageup pagedown home end"],
  ["\r\x7f\x03", "enter backspace interrupt"],
  ["\x1b", "escape"],
  ["\x1bq", "escape 'q'"],
  ["\x1b[15~x", "'x'"],
  ["\x1b[<0;1;1Mx", "'x'"],
  ["\x01\x1a", ""],
];

for (const [text, keys] of cases) {
  test(`readKeys() of ${JSON.stringify(text)} is ${keys || "nothing"}`, () => {
    const found = readKeys(text).map((key) => "name" in key ? key.name : `'${key.char}'`);
    assert.equal(found.join(" "), keys);
  });
}
