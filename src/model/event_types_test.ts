import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TYPES, type EventType, matches } from "./event_types.ts";

const cases: readonly [type: EventType, subscribed: readonly string[], want: boolean][] = [
  ["TICK_5", ["TICK_5"], true],
  ["TICK_5", ["TICK"], true],
  ["TICK_5", ["EVENT"], true],
  ["TICK_5", ["TICK", "TICK_5"], true],
  ["TICK_5", ["TICK_60", "PROCESS_STATE"], false],
  ["TICK_5", [], false],
  ["PROCESS_STATE_FATAL", ["PROCESS_STATE"], true],
  ["PROCESS_STATE_FATAL", ["SUPERVISOR_STATE_CHANGE"], false],
  ["PROCESS_COMMUNICATION_STDOUT", ["PROCESS_COMMUNICATION"], true],
  ["PROCESS_LOG_STDERR", ["PROCESS_LOG"], true],
  ["PROCESS_GROUP_ADDED", ["PROCESS_GROUP"], true],
  ["REMOTE_COMMUNICATION", ["EVENT"], true],
  ["REMOTE_COMMUNICATION", ["PROCESS_COMMUNICATION"], false],
  ["EVENT", ["TICK"], false],
];

for (const [type, subscribed, want] of cases) {
  test(`matches() says ${want} for ${type} and [${subscribed}]`, () => {
    assert.equal(matches(type, new Set(subscribed)), want);
  });
}

test("matches() finds every type below EVENT", () => {
  assert.equal(EVENT_TYPES.length, 27);
  assert.ok(EVENT_TYPES.every((type) => matches(type, new Set(["EVENT"]))));
});
