import assert from "node:assert/strict";
import { test } from "node:test";
import { type HealthOptions, UNSET_HEALTH } from "../model/health.ts";
import {
  firstCheckMs,
  type Health,
  type HealthFact,
  type HealthPolicy,
  healthPolicy,
  judge,
  nextCheckMs,
  UNKNOWN_HEALTH,
} from "./health.ts";

const policyOf = (options: Partial<HealthOptions>) => healthPolicy({ ...UNSET_HEALTH, ...options });
const CHECK: Partial<HealthOptions> = { healthcheck_tcp: "localhost:1" };

const sources: readonly (readonly [Partial<HealthOptions>, HealthPolicy["readiness"] | "no"])[] = [
  [{}, "no"],
  [{ healthcheck_interval: 5, healthcheck_action: "restart" }, "no"],
  [CHECK, "healthcheck"],
  [{ readiness: "notify" }, "notify"],
  [{ ...CHECK, readiness: "notify" }, "notify"],
  [{ readiness_log: "up" }, "log"],
  [{ ...CHECK, readiness_log: "up" }, "log"],
];

for (const [options, want] of sources) {
  test(`healthPolicy() has readiness ${want} with ${Object.keys(options).join(", ") || "nothing"}`, () => {
    assert.equal(policyOf(options)?.readiness ?? "no", want);
  });
}

const ok: HealthFact = {
  type: "checked",
  result: { ok: true, output: "" },
  uptimeMs: 60_000,
};
const bad = (uptimeMs: number, output = "connection refused"): HealthFact => ({
  type: "checked",
  result: { ok: false, output },
  uptimeMs,
});

interface Story {
  readonly name: string;
  readonly options?: Partial<HealthOptions>;
  readonly facts: readonly HealthFact[];
  readonly ready: boolean;
  readonly healthy: boolean | null;
  readonly said?: readonly string[];
  readonly restarts?: number;
}

const RESTART: Partial<HealthOptions> = { ...CHECK, healthcheck_action: "restart" };
const REFUSED = "unhealthy (3 failures: connection refused)";

const stories: readonly Story[] = [
  { name: "knows nothing at first", facts: [], ready: false, healthy: null },
  {
    name: "is ready with the first success",
    facts: [ok],
    ready: true,
    healthy: true,
    said: ["ready"],
  },
  {
    name: "is ready with as many successes as are asked for",
    options: { ...CHECK, healthcheck_successes: 2 },
    facts: [ok],
    ready: false,
    healthy: null,
  },
  {
    name: "counts successes in a row",
    options: { ...CHECK, healthcheck_successes: 2 },
    facts: [ok, bad(1), ok],
    ready: false,
    healthy: null,
  },
  {
    name: "is not unhealthy before the threshold",
    facts: [ok, bad(1), bad(2), ok, bad(3), bad(4)],
    ready: true,
    healthy: true,
    said: ["ready"],
  },
  {
    name: "is unhealthy after three failures, says so once, and stays ready",
    facts: [ok, bad(1), bad(2), bad(3), bad(4)],
    ready: true,
    healthy: false,
    said: ["ready", REFUSED],
  },
  {
    name: "is healthy again after a success",
    facts: [ok, bad(1), bad(2), bad(3), ok],
    ready: true,
    healthy: true,
    said: ["ready", REFUSED, "healthy again"],
  },
  {
    name: "says both where it was unhealthy before it was ready",
    options: { ...CHECK, healthcheck_failures: 1 },
    facts: [bad(1, "a\nno luck\n\n"), ok],
    ready: true,
    healthy: true,
    said: ["unhealthy (1 failure: no luck)", "healthy again", "ready"],
  },
  {
    name: "counts a failure once an interval until a check has passed",
    facts: [0, 1000, 2000, 9999, 10_000, 11_000, 19_999].map((ms) => bad(ms)),
    ready: false,
    healthy: null,
  },
  {
    name: "is unhealthy when it has not passed for three intervals",
    facts: [0, 1000, 10_000, 20_000].map((ms) => bad(ms)),
    ready: false,
    healthy: false,
    said: [REFUSED],
  },
  {
    name: "lets failures in the start period pass",
    options: { ...CHECK, healthcheck_startsecs: 60, healthcheck_failures: 1 },
    facts: [bad(0), bad(30_000), bad(59_999)],
    ready: false,
    healthy: null,
  },
  {
    name: "counts failures after the start period",
    options: { ...CHECK, healthcheck_startsecs: 60, healthcheck_failures: 1 },
    facts: [bad(59_999), bad(60_000)],
    ready: false,
    healthy: false,
    said: ["unhealthy (1 failure: connection refused)"],
  },
  {
    name: "has no more start period once it was healthy",
    options: { ...CHECK, healthcheck_startsecs: 60, healthcheck_failures: 1 },
    facts: [{ ...ok, uptimeMs: 1000 } as HealthFact, bad(2000)],
    ready: true,
    healthy: false,
    said: ["ready", "unhealthy (1 failure: connection refused)"],
  },
  {
    name: "restarts where that is the action",
    options: RESTART,
    facts: [ok, bad(1), bad(2), bad(3)],
    ready: true,
    healthy: false,
    said: ["ready", `${REFUSED}, restarting`],
    restarts: 1,
  },
  {
    name: "leaves readiness to the log",
    options: { ...CHECK, readiness_log: "up" },
    facts: [ok],
    ready: false,
    healthy: true,
  },
  {
    name: "is ready once, however often it says so",
    options: { readiness: "notify" },
    facts: [{ type: "ready" }, { type: "ready" }],
    ready: true,
    healthy: null,
    said: ["ready"],
  },
  {
    name: "says that readiness is late",
    options: { readiness: "notify", readiness_timeout: 1 },
    facts: [{ type: "late" }],
    ready: false,
    healthy: null,
    said: ["not ready within 1 second"],
  },
  {
    name: "restarts what is not ready in time where that is the action",
    options: { readiness: "notify", readiness_timeout: 30, healthcheck_action: "restart" },
    facts: [{ type: "late" }],
    ready: false,
    healthy: null,
    said: ["not ready within 30 seconds, restarting"],
    restarts: 1,
  },
  {
    name: "does not mind the end of a wait that was not needed",
    options: { readiness: "notify", readiness_timeout: 1 },
    facts: [{ type: "ready" }, { type: "late" }],
    ready: true,
    healthy: null,
    said: ["ready"],
  },
];

for (const { name, options = CHECK, facts, ready, healthy, said = [], restarts = 0 } of stories) {
  test(`judge() ${name}`, () => {
    const policy = policyOf(options)!;
    let health = UNKNOWN_HEALTH;
    const lines: string[] = [];
    let restarted = 0;
    for (const fact of facts) {
      const verdict = judge(health, fact, policy);
      health = verdict.health;
      lines.push(...verdict.remarks.map(({ text }) => text));
      if (verdict.restart) restarted++;
    }
    assert.deepEqual([health.ready, health.healthy, restarted], [ready, healthy, restarts]);
    assert.deepEqual(lines, said);
  });
}

test("judge() keeps long reasons short in the log", () => {
  const policy = policyOf({ ...CHECK, healthcheck_failures: 1 })!;
  const [{ text }] = judge(UNKNOWN_HEALTH, bad(0, "x".repeat(5000)), policy).remarks as [never];
  assert.ok((text as string).length < 300);
});

const PASSED: Health = { ...UNKNOWN_HEALTH, hasPassed: true };

/** Columns: has passed a check, interval, uptime, and the pause. */
const pauses: readonly (readonly [boolean, number, number, number])[] = [
  [true, 10, 0, 10_000],
  [true, 0.5, 0, 500],
  [false, 10, 0, 1000],
  [false, 0.5, 0, 500],
  [false, 10, 50_000, 5000],
  [false, 10, 3_600_000, 10_000],
];

for (const [hasPassed, interval, uptimeMs, want] of pauses) {
  const who = hasPassed ? "what has passed" : "what never passed";
  test(`nextCheckMs() looks at ${who} every ${want} ms with interval ${interval} at ${uptimeMs}`, () => {
    const policy = policyOf({ ...CHECK, healthcheck_interval: interval })!;
    const pause = (random: number) =>
      Math.round(nextCheckMs(hasPassed ? PASSED : UNKNOWN_HEALTH, policy, uptimeMs, random));
    assert.deepEqual([0, 0.5, 1].map(pause), [want * 0.9, want, want * 1.1].map(Math.round));
  });
}

test("programs that start together are not looked at together", () => {
  assert.deepEqual([0, 0.5, 1].map(firstCheckMs), [0, 125, 250]);
});
