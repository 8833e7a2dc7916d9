import assert from "node:assert/strict";
import { test } from "node:test";
import { isPattern, selectProcesses } from "./selection.ts";

const processes = ["canary", "db", "odd[1]", "odd1", "web:w1", "web:w2", "web:w3", "!loud"].map(
  (spec) => {
    const [group, name = group] = spec.split(":") as [string, string?];
    return { group, name };
  },
);

const cases: [words: string, names: string, mistaken?: string][] = [
  ["db", "db"],
  ["nobody db", "nobody db"],
  ["w*", "web:w1 web:w2 web:w3"],
  ["we?:w[12]", "web:w1 web:w2"],
  ["web:*", "web:w1 web:w2 web:w3"],
  ["*:w1", "web:w1"],
  ["?b w[!1] db", "db web:w2 web:w3"],
  ["d?:db", "db"],
  ["web:w2 web:*", "web:w2 web:w1 web:w3"],
  ["odd[1]", "odd[1]"],
  ["odd[1-9]", "odd1"],
  ["odd*", "odd[1] odd1"],
  ["x* db", "x* db"],
  ["all d*", "all"],
  ["!web:* !odd*", "canary db !loud"],
  ["!w1 web:*", "web:w2 web:w3"],
  ["all !w? !odd* !db", "canary !loud"],
  ["!loud", "!loud"],
  ["!!loud d*", "db"],
  ["db !db", ""],
  ["!canray", "", "!canray"],
  ["all !canary !x* !canray", "", "!x* !canray"],
];

for (const [words, names, mistaken = ""] of cases) {
  test(`selectProcesses() takes "${words}" for "${names || mistaken}"`, () => {
    const selection = selectProcesses(processes, words.split(" "));
    assert.deepEqual(
      [selection.names.join(" "), selection.mistaken.join(" ")],
      [names, mistaken],
    );
  });
}

const patterns: [word: string, want: boolean][] = [
  ["web", false],
  ["web:w1", false],
  ["web:*", false],
  ["web:", false],
  ["all", false],
  ["*", true],
  ["we?:*", true],
  ["web:w*", true],
  ["[w]eb", true],
  ["!web", true],
];

for (const [word, want] of patterns) {
  test(`isPattern() says ${want} to ${word}`, () => assert.equal(isPattern(word), want));
}

test("selectProcesses() is quick with a thousand processes and hostile patterns", () => {
  const many = Array.from(
    { length: 1000 },
    (_, i) => ({ group: "g", name: `${"a".repeat(60)}${i}` }),
  );
  const start = performance.now();
  selectProcesses(many, [`${"*a".repeat(40)}b`, `!${"*a".repeat(40)}*`]);
  assert.ok(performance.now() - start < 3_000);
});
