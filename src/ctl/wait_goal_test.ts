import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessDetails } from "../model/details.ts";
import { attempt, details, ended, waitsFor } from "../../tests/support/fake_details.ts";
import { describeGoal, type Goal, judge, readGoal, type Verdict } from "./wait_goal.ts";

for (const text of ["running", "ready", "healthy", "stopped", "exited"]) {
  test(`readGoal() reads ${text}`, () => {
    const goal = readGoal(text);
    assert.equal("type" in goal && describeGoal(goal), text);
  });
}

test("readGoal() reads exit codes and patterns", () => {
  assert.deepEqual(readGoal("exited=0"), { type: "exited", code: 0 });
  assert.deepEqual(readGoal("exited=255"), { type: "exited", code: 255 });
  const pattern = new RegExp("up on /a$", "i");
  assert.deepEqual(readGoal("log=/up on /a$/i"), { type: "log", pattern });
});

for (
  const text of [
    "up",
    "RUNNING",
    "",
    "exited=",
    "exited=256",
    "exited=-1",
    "log=",
    "log=//",
    "log=x",
    "log=/(/",
    "log=/x/g",
  ]
) {
  test(`readGoal() refuses "${text}"`, () => {
    const goal = readGoal(text);
    assert.ok("error" in goal && goal.error.startsWith(`Error: --for ${text}: `));
  });
}

const goal = (text: string) => readGoal(text) as Goal;

interface Case {
  readonly for: string;
  readonly now: Partial<ProcessDetails> | null;
  readonly before?: Partial<ProcessDetails>;
  readonly hasMatched?: boolean;
  readonly is: "holds" | "waits" | "never" | "doubt";
  readonly because?: string;
}

const one = ended(1, 1);
const health = { last_output: null, failures: 0, checked_at: null, status: null };
const running = { state: "RUNNING", attempts: [attempt(1)] } as const;
const cases: readonly Case[] = [
  { for: "running", now: running, is: "holds" },
  { for: "running", now: { state: "STARTING" }, is: "waits", because: "it is STARTING" },
  { for: "running", now: { state: "STOPPING" }, is: "waits" },
  { for: "running", now: { state: "BACKOFF", next_try_at: 5 }, is: "waits" },
  { for: "running", now: { state: "EXITED", next_try_at: 5 }, is: "waits" },
  {
    for: "running",
    now: { state: "EXITED", attempts: [one] },
    is: "never",
    because: "it is EXITED: exit status 1",
  },
  {
    for: "running",
    now: { state: "FATAL", description: "no x" },
    is: "never",
    because: "it is FATAL: no x",
  },
  { for: "running", now: { state: "UNKNOWN" }, is: "never" },
  { for: "running", now: { description: "Not started" }, is: "doubt" },
  { for: "running", now: { waits_for: [waitsFor("db")] }, is: "waits" },
  { for: "running", now: null, is: "doubt", because: "it has been removed" },
  { for: "ready", now: running, is: "holds" },
  {
    for: "ready",
    now: { ...running, ready: false },
    is: "waits",
    because: "it is RUNNING, but not ready",
  },
  { for: "healthy", now: { ...running, health }, is: "waits", because: "it is RUNNING" },
  {
    for: "healthy",
    now: running,
    is: "never",
    because: "nothing checks whether it is healthy",
  },
  { for: "healthy", now: { ...running, healthy: true }, is: "holds" },
  { for: "healthy", now: { ...running, health, healthy: false }, is: "waits" },
  { for: "healthy", now: { state: "FATAL" }, is: "never" },
  { for: "stopped", now: running, is: "waits" },
  { for: "stopped", now: {}, is: "holds" },
  { for: "stopped", now: { state: "FATAL" }, is: "holds" },
  { for: "stopped", now: { state: "EXITED" }, is: "holds" },
  { for: "stopped", now: { state: "EXITED", next_try_at: 5 }, is: "waits" },
  { for: "stopped", now: { state: "BACKOFF", next_try_at: 5 }, is: "waits" },
  { for: "stopped", now: null, is: "holds" },
  { for: "exited", now: running, is: "waits" },
  { for: "exited", now: { state: "EXITED", attempts: [one] }, is: "holds" },
  // It is back already, and nobody has seen it EXITED.
  {
    for: "exited",
    before: running,
    now: { ...running, attempts: [one, attempt(2)] },
    is: "holds",
  },
  // That was before.
  {
    for: "exited",
    before: { ...running, attempts: [one, attempt(2)] },
    now: { ...running, attempts: [one, attempt(2)] },
    is: "waits",
  },
  { for: "exited=1", now: { state: "EXITED", attempts: [one] }, is: "holds" },
  { for: "exited=0", now: { state: "EXITED", attempts: [one] }, is: "never" },
  { for: "exited=0", now: { state: "EXITED", attempts: [one], next_try_at: 5 }, is: "waits" },
  { for: "exited=0", now: { state: "BACKOFF", attempts: [ended(1, 0)] }, is: "holds" },
  {
    for: "exited",
    now: {
      state: "FATAL",
      attempts: [attempt(1, { pid: null, spawnerr: "no x", duration_ms: 0 })],
    },
    is: "never",
  },
  { for: "log=/x/", now: running, is: "waits" },
  { for: "log=/x/", now: running, hasMatched: true, is: "holds" },
  { for: "log=/x/", now: { state: "FATAL" }, hasMatched: true, is: "holds" },
  { for: "log=/x/", now: { state: "FATAL" }, is: "never" },
];

function nameOf(verdict: Verdict): string {
  return verdict.type === "never" && !verdict.isFirm ? "doubt" : verdict.type;
}

for (const { for: text, now, before, hasMatched = false, is, because } of cases) {
  test(`judge() of ${text} and ${JSON.stringify(now)} ${is}`, () => {
    const watched = {
      before: details("web", before ?? now ?? {}),
      now: now && details("web", now),
      hasMatched,
    };
    const verdict = judge(goal(text), watched);
    assert.equal(nameOf(verdict), is);
    if (because) assert.equal("because" in verdict && verdict.because, because);
  });
}
