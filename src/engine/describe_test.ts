import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "../../tests/support/fake_world.ts";
import type { ProcessState } from "../model/state.ts";
import { describeProcess, formatStop, formatUptime } from "./describe.ts";
import { newProcess } from "./process.ts";

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

const uptimes: readonly (readonly [number, string])[] = [
  [-1, "0:00:00"],
  [-5 * DAY, "0:00:00"],
  [0, "0:00:00"],
  [999, "0:00:00"],
  [5 * SECOND, "0:00:05"],
  [59 * MINUTE + 59_999, "0:59:59"],
  [HOUR, "1:00:00"],
  [23 * HOUR + 59 * MINUTE + 59 * SECOND, "23:59:59"],
  [DAY, "1 day, 0:00:00"],
  [DAY + HOUR + MINUTE + SECOND, "1 day, 1:01:01"],
  [2 * DAY + 7 * HOUR + 33 * MINUTE + 20 * SECOND, "2 days, 7:33:20"],
  [100 * DAY + 12 * HOUR, "100 days, 12:00:00"],
];

for (const [ms, text] of uptimes) {
  test(`formatUptime() reads ${ms} ms as ${text}`, () => assert.equal(formatUptime(ms), text));
}

const stops: readonly (readonly [Date, string])[] = [
  [new Date(2026, 10, 22, 15, 15), "Nov 22 03:15 PM"],
  [new Date(2026, 0, 1, 0, 0), "Jan 01 12:00 AM"],
  [new Date(2026, 4, 9, 12, 5, 59), "May 09 12:05 PM"],
  [new Date(2026, 11, 31, 23, 59, 59, 999), "Dec 31 11:59 PM"],
  [new Date(2026, 8, 3, 9, 7), "Sep 03 09:07 AM"],
];

for (const [when, text] of stops) {
  test(`formatStop() reads ${text}`, () => assert.equal(formatStop(when), text));
}

const NOW = 65_000;
const STOPPED_AT = new Date(2026, 10, 22, 15, 15);

interface Given {
  readonly state: ProcessState;
  readonly started?: boolean;
  readonly spawnerr?: string;
  readonly ready?: boolean;
  readonly healthy?: boolean;
}

function describe({ state, started = true, spawnerr = "", ready, healthy }: Given): string {
  const process = newProcess("site", program("web"), 0);
  process.status = { state, failures: 0 };
  process.pid = 123;
  process.spawnerr = spawnerr;
  process.ready = ready ?? null;
  process.healthy = healthy ?? null;
  process.startedAt = 60_000;
  process.laststart = started ? STOPPED_AT.getTime() - DAY : 0;
  process.laststop = started ? STOPPED_AT.getTime() : 0;
  return describeProcess(process, NOW);
}

const descriptions: readonly (readonly [Given, string])[] = [
  [{ state: "RUNNING" }, "pid 123, uptime 0:00:05"],
  [{ state: "RUNNING", spawnerr: "old" }, "pid 123, uptime 0:00:05"],
  [{ state: "RUNNING", ready: true }, "pid 123, uptime 0:00:05, ready"],
  [{ state: "RUNNING", ready: false }, "pid 123, uptime 0:00:05, not ready"],
  [{ state: "RUNNING", healthy: true }, "pid 123, uptime 0:00:05, healthy"],
  [{ state: "RUNNING", ready: true, healthy: true }, "pid 123, uptime 0:00:05, healthy"],
  [{ state: "RUNNING", ready: false, healthy: true }, "pid 123, uptime 0:00:05, not ready"],
  [{ state: "RUNNING", ready: true, healthy: false }, "pid 123, uptime 0:00:05, unhealthy"],
  [{ state: "RUNNING", ready: false, healthy: false }, "pid 123, uptime 0:00:05, unhealthy"],
  [{ state: "STARTING", ready: false }, ""],
  [{ state: "FATAL", spawnerr: "can't find command 'x'" }, "can't find command 'x'"],
  [{ state: "BACKOFF", spawnerr: "Exited too quickly" }, "Exited too quickly"],
  [{ state: "FATAL" }, 'unknown error (try "tail web")'],
  [{ state: "BACKOFF" }, 'unknown error (try "tail web")'],
  [{ state: "STOPPED", started: false }, "Not started"],
  [{ state: "EXITED", started: false }, "Not started"],
  [{ state: "STOPPED" }, "Nov 22 03:15 PM"],
  [{ state: "EXITED", spawnerr: "Bad exit code 3" }, "Nov 22 03:15 PM"],
  [{ state: "STARTING" }, ""],
  [{ state: "STOPPING" }, ""],
  [{ state: "UNKNOWN", spawnerr: "EPERM" }, ""],
];

for (const [given, text] of descriptions) {
  const shown = Object.entries(given).map(([key, value]) => `${key}=${value}`).join(" ");
  test(`describeProcess() says "${text}" of ${shown}`, () => assert.equal(describe(given), text));
}

const waiting: readonly (readonly [ProcessState, number | null, string])[] = [
  ["BACKOFF", null, "can't find command 'x'"],
  ["BACKOFF", 2, "can't find command 'x', next try in 0:00:12"],
  ["EXITED", null, "Nov 22 03:15 PM"],
  ["EXITED", 2, "Nov 22 03:15 PM, next try in 0:00:12"],
  ["STOPPED", 2, "Nov 22 03:15 PM, next try in 0:00:12"],
  ["STOPPED", null, "Nov 22 03:15 PM"],
];

for (const [state, restartdelaysecs, text] of waiting) {
  test(`describeProcess() says "${text}" while ${state} with a delay of ${restartdelaysecs}`, () => {
    const process = newProcess("site", program("web", { restartdelaysecs }), 0);
    process.status = { state, failures: 1 };
    process.spawnerr = "can't find command 'x'";
    process.laststart = process.laststop = STOPPED_AT.getTime();
    process.timer = () => {};
    process.timerDue = NOW + 12_000;
    assert.equal(describeProcess(process, NOW), text);
  });
}
