import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "../../tests/support/fake_world.ts";
import type { Autorestart } from "../model/config.ts";
import { type ProcessState, STATE_CODES } from "../model/state.ts";
import {
  type Facts,
  FULL_BUDGET_MS,
  reconcile,
  type Restart,
  type RestartBudget,
} from "./reconcile.ts";

const full = (now = 0): RestartBudget => ({ ms: FULL_BUDGET_MS, at: now });
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
      const now: Restart = { ms: 0, budget: { ms: 4000, at: 0 }, restarts: [] };
      assert.deepEqual(restart, comesBack ? now : undefined);
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
  assert.deepEqual(reconcile(stopped, facts, policy(false)), {
    ms: 0,
    budget: { ms: 4000, at: 0 },
    restarts: [],
  });
  assert.equal(reconcile(stopped, { ...facts, stopping: true }, policy(true)), undefined);
  const spent = { ...facts, budget: { ms: 0, at: 0 }, restarts: [-1] };
  assert.deepEqual(reconcile(stopped, spent, policy(false)), {
    ms: 1000,
    budget: { ms: -1000, at: 0 },
    restarts: [-1],
  });
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
    const restart = reconcile({ state: "EXITED", failures: 0 }, facts, policy(true)) as Restart;
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

test("what was earned in parts is exact", () => {
  let { budget } = restarts(1, { livesMs: 0 });
  for (const from of [999, 999, 999, 1000, 1000]) {
    const next = restarts(1, { livesMs: 0, from, budget });
    assert.deepEqual(next.times, [from]);
    budget = next.budget;
  }
  assert.deepEqual(budget, { ms: 0, at: 1000 });
});

const ended = (facts: Partial<Facts>): Facts => ({
  exitstatus: 1,
  stopping: false,
  budget: full(),
  now: 100_000,
  ...facts,
});
const EXITED = { state: "EXITED", failures: 0 } as const;

test("a restart waits for restartdelaysecs, and for the burst where that takes longer", () => {
  const options = { ...policy(true), restartdelaysecs: 0.5 };
  const wait = (budget: RestartBudget) =>
    (reconcile(EXITED, ended({ budget }), options) as Restart).ms;
  assert.equal(wait(full(100_000)), 500);
  assert.equal(wait({ ms: 0, at: 100_000 }), 1000);
});

test("restartlimit counts the restarts of its time", () => {
  const options = { ...policy(true), restartlimit: { restarts: 3, seconds: 60 } };
  const with_ = (restarts: readonly number[]) => reconcile(EXITED, ended({ restarts }), options);
  const recent = [39_999, 40_000, 40_001, 99_000];
  assert.deepEqual((with_(recent) as Restart).restarts, [40_001, 99_000, 100_000]);
  assert.deepEqual(with_([...recent, 99_500]), { limited: "restarted 3 times in 60 s" });
  const slow = { ...EXITED, streak: { ends: 4, isSlow: true } };
  const restart = reconcile(slow, ended({ restarts: recent }), options) as Restart;
  assert.equal(restart.ms, 60_000, "who is slow already is not counted again");
});

test("a oneshot that failed is tried again after 1, 2 and 3 seconds, then no more", () => {
  const options = { ...policy("unexpected"), type: "oneshot" as const };
  const after = (ends: number) =>
    reconcile({ ...EXITED, streak: { ends, isSlow: false } }, ended({}), options);
  const waits = [1, 2, 3].map((ends) => (after(ends) as Restart).ms);
  assert.deepEqual(waits, [1000, 2000, 3000]);
  assert.deepEqual(after(4), { limited: "Bad exit code 1" });
});
