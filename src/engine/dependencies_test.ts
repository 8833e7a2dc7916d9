import assert from "node:assert/strict";
import { test } from "node:test";
import { code, killed } from "../../tests/support/fake_world.ts";
import { SIGKILL } from "../model/signal.ts";
import { describeWaiting, isMet, type Need, type Standing, troubleOf } from "./dependencies.ts";

const DOWN: Standing = {
  state: "STOPPED",
  ready: false,
  healthy: null,
  lastExit: null,
  exitcodes: [0],
  returns: false,
  waits: "no",
};
const UP: Standing = { ...DOWN, state: "RUNNING", ready: true };
const ENDED: Standing = { ...DOWN, state: "EXITED", lastExit: code(0) };
const FAILED: Standing = { ...ENDED, lastExit: code(3) };

interface Case {
  readonly name: string;
  readonly standing: Standing | undefined;
  /** What holds of it. */
  readonly met: readonly Need[];
  /** Why the rest does not; null: it may be on its way. */
  readonly trouble: string | null;
}

const NEEDS: readonly Need[] = ["started", "ready", "healthy", "completed", ["EXITED", "FATAL"]];

const cases: readonly Case[] = [
  { name: "not there", standing: undefined, met: [], trouble: "is not there" },
  { name: "stopped", standing: DOWN, met: [], trouble: "is STOPPED" },
  { name: "starting", standing: { ...DOWN, state: "STARTING" }, met: [], trouble: null },
  { name: "up", standing: UP, met: ["started", "ready"], trouble: null },
  { name: "up, not ready", standing: { ...UP, ready: false }, met: ["started"], trouble: null },
  {
    name: "up and healthy",
    standing: { ...UP, healthy: true },
    met: ["started", "ready", "healthy"],
    trouble: null,
  },
  {
    name: "up and unhealthy",
    standing: { ...UP, healthy: false },
    met: ["started", "ready"],
    trouble: null,
  },
  {
    name: "healthy in its last run",
    standing: { ...DOWN, state: "STARTING", healthy: true },
    met: [],
    trouble: null,
  },
  { name: "trying again", standing: { ...DOWN, state: "BACKOFF" }, met: [], trouble: null },
  { name: "being stopped", standing: { ...DOWN, state: "STOPPING" }, met: [], trouble: null },
  {
    name: "given up",
    standing: { ...DOWN, state: "FATAL" },
    met: [NEEDS[4]!],
    trouble: "is FATAL",
  },
  {
    name: "out of our hands",
    standing: { ...DOWN, state: "UNKNOWN" },
    met: [],
    trouble: "is UNKNOWN",
  },
  {
    name: "ended well",
    standing: ENDED,
    met: ["completed", NEEDS[4]!],
    trouble: "is EXITED",
  },
  {
    name: "ended with another status that is expected",
    standing: { ...FAILED, exitcodes: [0, 3] },
    met: ["completed", NEEDS[4]!],
    trouble: "is EXITED",
  },
  {
    name: "ended and coming back",
    standing: { ...ENDED, returns: true },
    met: [NEEDS[4]!],
    trouble: null,
  },
  {
    name: "ended well before, and to run again",
    standing: { ...ENDED, waits: "yes" },
    met: [NEEDS[4]!],
    trouble: null,
  },
  { name: "waiting itself", standing: { ...DOWN, waits: "yes" }, met: [], trouble: null },
  {
    name: "waiting for nothing that comes",
    standing: { ...DOWN, waits: "stuck" },
    met: [],
    trouble: "is waiting itself",
  },
];

for (const { name, standing, met, trouble } of cases) {
  test(`of a process that is ${name}, ${met.join(" and ") || "nothing"} holds`, () => {
    assert.deepEqual(NEEDS.filter((need) => isMet(need, standing)), met);
    assert.equal(troubleOf("started", standing), trouble);
  });
}

test("what did not complete says how it ended", () => {
  const troubles = [FAILED, { ...FAILED, lastExit: killed(SIGKILL) }]
    .map((standing) => [isMet("completed", standing), troubleOf("completed", standing)]);
  assert.deepEqual(troubles, [
    [false, "failed (exit status 3)"],
    [false, "failed (terminated by SIGKILL)"],
  ]);
});

const unmet = (name: string, need: Need, trouble: string | null = null) => (
  { name, need, trouble, isAlarming: false }
);

const texts = [
  { all: [unmet("db", "ready")], text: "waiting for db to be ready" },
  {
    all: [unmet("site:db", "healthy", "is FATAL"), unmet("migrate", "completed")],
    text: "waiting for site:db, which is FATAL; for migrate to complete",
  },
  { all: [unmet("a", ["EXITED", "FATAL"])], text: "waiting for a to be EXITED or FATAL" },
  {
    all: ["a", "b", "c", "d", "e"].map((name) => unmet(name, "started")),
    text: "waiting for a to be started; for b to be started; for c to be started; for 2 more",
  },
];

for (const { all, text } of texts) {
  test(`describeWaiting() says "${text}"`, () => assert.equal(describeWaiting(all), text));
}
