import assert from "node:assert/strict";
import { test } from "node:test";
import { conf, onlyGroup, refusal } from "./testing.ts";

test("[eventlistener:x] is a pool that starts before everything else", () => {
  const group = onlyGroup(
    "[eventlistener:ear]",
    "command=x",
    "events=tick_5, PROCESS_STATE,TICK_5",
  );
  assert.deepEqual({ ...group, processes: group.processes.map(({ priority }) => priority) }, {
    kind: "eventlistener",
    name: "ear",
    priority: -1,
    buffer_size: 10,
    events: ["PROCESS_STATE", "TICK_5"],
    result_handler: "supervisor.dispatchers:default_handler",
    processes: [999],
  });
});

const refusals: [line: string, message: string][] = [
  ["", '[eventlistener:e] section requires an "events" line'],
  ["events=", '[eventlistener:e] section requires an "events" line'],
  ["events=TICK_7", "Unknown event type TICK_7 in [eventlistener:e] events"],
  ["events=TICK\nbuffer_size=0", "[eventlistener:e] section sets invalid buffer_size (0)"],
  [
    "events=TICK\nredirect_stderr=true",
    "[eventlistener:e] section sets redirect_stderr=true but this is not allowed because it will " +
    "interfere with the eventlistener protocol",
  ],
];

for (const [line, message] of refusals) {
  test(`[eventlistener:x] refuses ${JSON.stringify(line)}`, () => {
    assert.equal(refusal(conf("[eventlistener:e]", "command=x", line)).message, message);
  });
}

test("[eventlistener:x] refuses a result handler in Python", () => {
  const lines = ["[eventlistener:e]", "command=x", "events=TICK", "result_handler=no.such:thing"];
  assert.match(refusal(conf(...lines)).message, /^no\.such:thing cannot be resolved within/);
});
