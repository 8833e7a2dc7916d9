import assert from "node:assert/strict";
import { test } from "node:test";
import { splitQuoted } from "./words.ts";

const lines: readonly (readonly [line: string, words: readonly string[]])[] = [
  ["", []],
  ["  web   db ", ["web", "db"]],
  [`--grep "a b" web`, ["--grep", "a b", "web"]],
  [`log='/it "is" up/'`, [`log=/it "is" up/`]],
  [`"it's"`, ["it's"]],
  [`a"b c"d`, ["ab cd"]],
  [`""`, [""]],
  [`"open end`, ["open end"]],
  [`\\d+`, ["\\d+"]],
];

for (const [line, words] of lines) {
  test(`splitQuoted() of ${JSON.stringify(line)}`, () => {
    assert.deepEqual(splitQuoted(line), words);
  });
}
