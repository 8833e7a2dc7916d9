import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LogPeriod } from "../model/own_options.ts";
import { spanAt } from "./log_period.ts";

/** Local times; months from 1. */
const at = (month: number, day: number, hour = 0, minute = 0) =>
  new Date(2026, month - 1, day, hour, minute).getTime();

const cases: readonly (readonly [LogPeriod, when: number, start: number, end: number])[] = [
  ["hourly", at(11, 22, 15, 41), at(11, 22, 15), at(11, 22, 16)],
  ["hourly", at(11, 22, 15), at(11, 22, 15), at(11, 22, 16)],
  ["daily", at(11, 30, 23, 59), at(11, 30), at(12, 1)],
  ["daily", at(12, 31), at(12, 31), at(13, 1)],
  ["weekly", at(11, 22, 15), at(11, 16), at(11, 23)], // a Sunday
  ["weekly", at(11, 23), at(11, 23), at(11, 30)], // a Monday
  [90_000, 100_000, 90_000, 180_000],
  [90_000, 90_000, 90_000, 180_000],
];

for (const [period, when, start, end] of cases) {
  test(`${period}: ${new Date(when).toISOString()}`, () => {
    assert.deepEqual(spanAt(period, when), { start, end });
  });
}

test("every moment is in a span that has an end, also where clocks are changed", () => {
  const period = fc.oneof(
    fc.constantFrom<LogPeriod>("hourly", "daily", "weekly"),
    fc.integer({ min: 1000, max: 1e9 }),
  );
  fc.assert(fc.property(period, fc.integer({ min: 0, max: 4e12 }), (period, wall) => {
    const { start, end } = spanAt(period, wall);
    assert.ok(start <= wall && wall < end);
    assert.deepEqual(spanAt(period, end - 1).end, end);
  }));
});
