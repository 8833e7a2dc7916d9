import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { ancestorOf, type Descendant, descendants, hasVariable } from "./process_tree.ts";

function family(...pairs: readonly (readonly [pid: number, parent: number])[]) {
  return new Map(
    pairs.map(([pid, parent]): [number, Descendant] => [
      pid,
      { pid, parent, pgid: pid, startTime: 1 },
    ]),
  );
}

const us = process.pid;

test("ancestorOf() finds the child of ours that a process descends from", () => {
  const all = family([10_000_001, us], [10_000_002, 10_000_001], [10_000_003, 10_000_002]);
  assert.equal(ancestorOf(10_000_003, all), 10_000_001);
  assert.equal(ancestorOf(10_000_001, all), 10_000_001);
});

test("ancestorOf() knows strangers, and is not led in circles by what changes meanwhile", () => {
  const all = family([10_000_001, 1], [10_000_002, 10_000_001], [10_000_003, 10_000_004], [
    10_000_004,
    10_000_003,
  ]);
  for (const pid of [10_000_001, 10_000_002, 10_000_003, 10_000_009]) {
    assert.equal(ancestorOf(pid, all), undefined);
  }
});

test("descendants() are none of the machine's other processes", () => {
  const found = descendants();
  assert.ok(!found.has(us) && !found.has(1) && !found.has(process.ppid));
});

test("hasVariable() reads a whole entry, and nothing of who is not there", () => {
  const path = `PATH=${process.env["PATH"]}`;
  assert.equal(hasVariable(us, path), true);
  assert.equal(hasVariable(us, path.slice(0, -1)), false);
  assert.equal(hasVariable(0x7fffffff, path), false);
});
