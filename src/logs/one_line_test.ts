import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine } from "./one_line.ts";

const texts: readonly (readonly [string, string, string])[] = [
  ["leaves text alone", "supervisor.getState() é 😀 \\n", "supervisor.getState() é 😀 \\n"],
  ["writes line ends out", "a\r\nb\n", "a\\x0d\\nb\\n"],
  ["writes escapes out", "\x1b[2J\x9b1m\x07", "\\x1b[2J\\x9b1m\\x07"],
  ["writes out what some take for a line end", "a\x85b\u2028c\u2029", "a\\x85b\\u2028c\\u2029"],
  ["writes zero and delete out", "\0\x7f", "\\x00\\x7f"],
];

for (const [name, text, line] of texts) {
  test(`oneLine() ${name}`, () => assert.equal(oneLine(text), line));
}
