import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Ending } from "./ending.ts";

function newEnding() {
  const clock = new FakeClock();
  const begun: string[] = [];
  return { clock, begun, ending: new Ending(clock, (outcome) => begun.push(outcome)) };
}

test("an end begins once, and again when its outcome changes", () => {
  const { ending, begun } = newEnding();
  assert.equal(ending.outcome, null);
  for (const outcome of ["restart", "restart", "shutdown", "shutdown"] as const) {
    ending.begin(outcome);
  }
  assert.deepEqual(begun, ["restart", "shutdown"]);
  assert.equal(ending.outcome, "shutdown");
});

test("whoever waits for the end hears that it has begun", async () => {
  const { ending } = newEnding();
  ending.begin("shutdown");
  await ending.begun;
});

test("the program that began the end decides the exit status, and nobody after it", () => {
  const { ending } = newEnding();
  ending.begin("shutdown", 3);
  ending.begin("shutdown", 4);
  ending.begin("shutdown");
  assert.equal(ending.exitStatus, 3);
});

test("a shutdown is overdue a second after it was first asked for, a restart never", () => {
  const { ending, clock } = newEnding();
  assert.equal(ending.isOverdue, false);
  ending.begin("restart");
  clock.tick(5000);
  assert.equal(ending.isOverdue, false);
  ending.begin("shutdown");
  clock.tick(999);
  ending.begin("shutdown");
  assert.equal(ending.isOverdue, false);
  clock.tick(1);
  assert.equal(ending.isOverdue, true);
});
