import assert from "node:assert/strict";
import { test } from "node:test";
import { readDurationMs, readVerbWords } from "./verb_options.ts";

const KNOWN = { timeout: "value", "dry-run": "flag", f: "flag" } as const;

const good: readonly (readonly [line: string, names: string[], options: [string, string][]])[] = [
  ["", [], []],
  ["web db:*", ["web", "db:*"], []],
  ["web --timeout 30s db", ["web", "db"], [["timeout", "30s"]]],
  ["--timeout=30s web", ["web"], [["timeout", "30s"]]],
  ["--timeout= web", ["web"], [["timeout", ""]]],
  ["--dry-run", [], [["dry-run", ""]]],
  ["-f web", ["web"], [["f", ""]]],
  ["--timeout 1 --timeout 2", [], [["timeout", "2"]]],
  ["-- --timeout", ["--timeout"], []],
  ["- web", ["-", "web"], []],
];

for (const [line, names, options] of good) {
  test(`readVerbWords() takes "${line}"`, () => {
    const words = line.split(" ").filter((word) => word !== "");
    assert.deepEqual(readVerbWords(words, KNOWN), { names, options: new Map(options) });
  });
}

const bad: readonly (readonly [word: string, error: string])[] = [
  ["--times", "Error: no such option: --times"],
  ["--toString", "Error: no such option: --toString"],
  ["--timeout", "Error: option --timeout requires a value"],
  ["--dry-run=yes", "Error: option --dry-run takes no value"],
];

for (const [word, error] of bad) {
  test(`readVerbWords() refuses "${word}"`, () => {
    assert.deepEqual(readVerbWords([word], KNOWN), { error });
  });
}

const durations: readonly (readonly [text: string, ms: number | undefined])[] = [
  ["30", 30_000],
  ["30s", 30_000],
  ["500ms", 500],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["", undefined],
  ["-1s", undefined],
  ["1w", undefined],
];

for (const [text, ms] of durations) {
  test(`readDurationMs() of "${text}" is ${ms}`, () => {
    assert.equal(readDurationMs(text), ms);
  });
}
