import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./suggest.ts";

const many = (count: number) => Array.from({ length: count }, (_, i) => `name${i}`);

const cases: readonly [
  name: string,
  word: string,
  candidates: readonly string[],
  want: string | undefined,
][] = [
  ["a letter too many", "commandd", ["command", "directory"], "command"],
  ["a letter that is missing", "comand", ["command", "directory"], "command"],
  ["another letter", "autostert", ["autostart", "autorestart"], "autostart"],
  ["two neighbours swapped, as one slip", "usre", ["user", "umask"], "user"],
  ["the closest of those that are close", "startsec", ["startsecs", "starts"], "startsecs"],
  ["nothing for two slips in a short word", "uxxr", ["user"], undefined],
  ["nothing for three slips in a long word", "cxmxxnd", ["command"], undefined],
  ["nothing for a word of two letters", "ab", ["abc", "aa"], undefined],
  ["nothing among nothing", "user", [], undefined],
  ["a name among five hundred", "name1x", many(500), "name1"],
  ["nothing among more, where a guess takes long", "name1x", many(501), undefined],
];

for (const [name, word, candidates, want] of cases) {
  test(`nearest() finds ${name}`, () => assert.equal(nearest(word, candidates), want));
}
