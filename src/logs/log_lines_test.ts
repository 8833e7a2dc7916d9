import assert from "node:assert/strict";
import { test } from "node:test";
import { LogLines } from "./log_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const stamp = (second: number) => new Date(second * 1000).toISOString();
const ALL = { since: -Infinity, until: Infinity };

test("lines of a log without times have none, whatever they begin with", () => {
  const [line] = new LogLines(false, { since: 5000, until: 6000 }).push(bytes(`${stamp(1)} a\n`));
  assert.deepEqual(line, { time: null, text: `${stamp(1)} a`, isWhole: true });
});

test("a line without a time has that of the one before; the first has none", () => {
  const lines = new LogLines(true, ALL).push(bytes(`before\n${stamp(3)} a\n  at b\n`));
  assert.deepEqual(lines.map(({ time }) => time), [null, 3000, 3000]);
});

test("lines from outside the window are left out, with what belongs to them", () => {
  const log = [1, 2, 3, 4].map((second) => `${stamp(second)} a\n  at ${second}\n`).join("");
  const lines = new LogLines(true, { since: 2000, until: 3000 }).push(bytes(log));
  assert.deepEqual(lines.map(({ text }) => text.slice(-1)), ["a", "2", "a", "3"]);
});

test("a line may come in pieces, and what has no end comes when it is asked for", () => {
  const lines = new LogLines(false, ALL);
  assert.deepEqual(lines.push(bytes("begin")), []);
  assert.deepEqual(lines.push(bytes("ning\nend")).map(({ text }) => text), ["beginning"]);
  assert.deepEqual(lines.flush(), [{ time: null, text: "end", isWhole: false }]);
  assert.deepEqual(lines.flush(), []);
});
