import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, patternProblem } from "./user_pattern.ts";

const matches: readonly (readonly [string, string, boolean])[] = [
  ["ready", "now ready to serve", true],
  ["^ready", "now ready", false],
  ["ready$", "now ready", true],
  ["listening on .*:\\d+", "listening on 127.0.0.1:8080", true],
  ["(?i)started|up", "STARTED", true],
  ["\\bok\\b", "token", false],
  ["caf\u00e9", "caf\u00e9 is open", true],
];

for (const [pattern, text, want] of matches) {
  test(`/${pattern}/ ${want ? "is" : "is not"} in "${text}"`, () => {
    assert.equal(compilePattern(pattern).occursIn(text), want);
  });
}

const problems: readonly (readonly [string, RegExp])[] = [
  ["", /empty/],
  ["(a", /missing closing \)/],
  ["[z-a]", /invalid character class range/],
  ["(a)\\1", /invalid escape sequence/],
  ["a(?=b)", /unsupported Perl syntax/],
  ["a{2000}", /invalid repeat count/],
  ["x".repeat(1001), /longer than 1000/],
];

for (const [pattern, problem] of problems) {
  test(`patternProblem() says what is wrong with "${pattern.slice(0, 20)}"`, () => {
    assert.match(patternProblem(pattern) ?? "", problem);
  });
}

/** Each of these takes a runtime's own matcher longer than anybody waits. */
const traps = [
  "(a+)+$",
  "(a|aa)+$",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(.*a){20}$",
  "(a|b)*a(a|b){900}c",
];

for (const pattern of traps) {
  test(`/${pattern}/ takes a time that grows with the text`, () => {
    const compiled = compilePattern(pattern);
    const texts = [`${"a".repeat(4000)}!`, `c${"ab".repeat(2000)}c!`];
    const started = performance.now();
    for (let i = 0; i < 10; i++) for (const text of texts) compiled.occursIn(text);
    const took = performance.now() - started;
    assert.ok(took < 5000, `${took} ms`);
  });
}
