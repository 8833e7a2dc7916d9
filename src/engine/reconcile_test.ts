import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "../../tests/support/fake_world.ts";
import type { Autorestart } from "../model/config.ts";
import { type ProcessState, STATE_CODES } from "../model/state.ts";
import { reconcile, RESTART_BURST, type RestartBudget } from "./reconcile.ts";

const full = (now = 0): RestartBudget => ({ restarts: RESTART_BURST, at: now });
const policy = (autorestart: Autorestart) => program("web", { autorestart, exitcodes: [0, 2] });

/** Columns: autorestart, exit status, daemon going down; and whether it comes back. */
const verdicts: readonly (readonly [Autorestart, number, boolean, boolean])[] = [
  [true, 0, false, true],
  [true, 1, false, true],
  [true, -1, false, true],
  [false, 0, false, false],
  [false, 1, false, false],
  [false, -1, false, false],
  ["unexpected", 0, false, false],
  ["unexpected", 2, false, false],
  ["unexpected", 1, false, true],
  ["unexpected", -1, false, true],
  [true, 0, true, false],
  [true, 1, true, false],
  ["unexpected", 1, true, false],
];

for (const [autorestart, exitstatus, stopping, comesBack] of verdicts) {
  const when = stopping ? " while the daemon goes down" : "";
  const what = comesBack ? "brings back" : "leaves down";
  test(
    `reconcile() ${what} a program with autorestart=${autorestart} after exit status ` +
      `${exitstatus}${when}`,
    () => {
      const facts = { exitstatus, stopping, budget: full(), now: 0 };
      const restart = reconcile({ state: "EXITED", failures: 0 }, facts, policy(autorestart));
      assert.equal(restart !== undefined, comesBack);
      if (restart) assert.equal(restart.ms, 0);
    },
  );
}

for (const state of Object.keys(STATE_CODES) as ProcessState[]) {
  if (state === "EXITED") continue;
  test(`reconcile() wants nothing of a process that is ${state}`, () => {
    const facts = { exitstatus: 1, stopping: false, budget: full(), now: 0 };
    assert.equal(reconcile({ state, failures: 0 }, facts, policy(true)), undefined);
  });
}

test("reconcile() brings back what was stopped to be restarted, whatever autorestart says", () => {
  const facts = { exitstatus: 0, stopping: false, budget: full(), now: 0 };
  const stopped = { state: "STOPPED", failures: 0, returns: true } as const;
  assert.equal(reconcile(stopped, facts, policy(false))!.ms, 0);
  assert.equal(reconcile(stopped, { ...facts, stopping: true }, policy(true)), undefined);
  const spent = { ...facts, budget: { restarts: 0, at: 0 } };
  assert.equal(reconcile(stopped, spent, policy(false))!.ms, 1000);
});

/** Ends a program again and again; the times at which it comes back. */
function restarts(count: number, { livesMs, from = 0, budget = full() }: {
  readonly livesMs: number;
  readonly from?: number;
  readonly budget?: RestartBudget;
}): { readonly times: number[]; readonly budget: RestartBudget } {
  const times: number[] = [];
  let now = from;
  for (let i = 0; i < count; i++) {
    now += livesMs;
    const facts = { exitstatus: 1, stopping: false, budget, now };
    const restart = reconcile({ state: "EXITED", failures: 0 }, facts, policy(true))!;
    budget = restart.budget;
    now += restart.ms;
    times.push(now);
  }
  return { times, budget };
}

test("a program that dies at once is back five times at once, then once a second", () => {
  const { times } = restarts(9, { livesMs: 0 });
  assert.deepEqual(times, [0, 0, 0, 0, 0, 1000, 2000, 3000, 4000]);
});

test("a program that lives half a second spends its burst, then comes back once a second", () => {
  const { times } = restarts(13, { livesMs: 500 });
  assert.deepEqual(times.slice(0, 9), [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500]);
  assert.deepEqual(times.slice(9), [5500, 6500, 7500, 8500]);
});

test("a program that lives a second or more is always back at once", () => {
  const { times } = restarts(50, { livesMs: 1000 });
  assert.deepEqual(times, Array.from({ length: 50 }, (_, i) => (i + 1) * 1000));
});

test("the burst refills by one a second, and to five at most", () => {
  const { budget } = restarts(5, { livesMs: 0 });
  const after = (ms: number) => restarts(7, { livesMs: 0, from: ms, budget }).times;
  assert.deepEqual(after(3000).map((ms) => ms - 3000), [0, 0, 0, 1000, 2000, 3000, 4000]);
  assert.deepEqual(after(3_600_000).map((ms) => ms - 3_600_000), [0, 0, 0, 0, 0, 1000, 2000]);
});
