import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Settling } from "./settling.ts";

function newSettling() {
  const clock = new FakeClock();
  const runs: number[] = [];
  const task = () => runs.push(clock.now());
  return { clock, runs, settling: new Settling(clock, { quietMs: 500, worth: 10, task }) };
}

test("the task of a Settling runs when nothing has happened for a while", () => {
  const { clock, runs, settling } = newSettling();
  clock.tick(10_000);
  assert.deepEqual(runs, [], "nothing has begun");
  const start = clock.now();
  settling.add(1);
  clock.tick(400);
  settling.add(1);
  clock.tick(499);
  assert.deepEqual(runs, []);
  clock.tick(1);
  assert.deepEqual(runs, [start + 900]);
});

test("the first time any work is worth it, then only much", () => {
  const { clock, runs, settling } = newSettling();
  settling.add(1);
  clock.tick(500);
  for (let i = 0; i < 9; i++) {
    settling.add(1);
    clock.tick(60_000);
  }
  assert.equal(runs.length, 1);
  assert.equal(clock.pending, 0, "nothing is waited for");
  settling.add(1);
  clock.tick(500);
  assert.equal(runs.length, 2);
});
