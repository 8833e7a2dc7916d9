import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { onceQuiet } from "./settling.ts";

test("onceQuiet() runs its task once, when nothing has happened for a while", () => {
  const clock = new FakeClock();
  let runs = 0;
  const happens = onceQuiet(clock, 500, () => runs++);
  clock.tick(10_000);
  assert.equal(runs, 0, "nothing has begun");
  happens();
  clock.tick(400);
  happens();
  clock.tick(499);
  assert.equal(runs, 0);
  clock.tick(1);
  assert.equal(runs, 1);
  happens();
  clock.tick(10_000);
  assert.equal(runs, 1);
});
