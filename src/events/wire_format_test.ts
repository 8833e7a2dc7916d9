import assert from "node:assert/strict";
import { test } from "node:test";
import { processGroup, remoteCommunication, supervisorState } from "./notifications.ts";
import { text } from "./testing.ts";
import { encodeEvent } from "./wire_format.ts";

test("encodeEvent() writes all seven keys, a line feed and the payload", () => {
  const event = { notification: processGroup("ADDED", "el"), serial: 21, poolserial: 10 };
  assert.equal(
    text(encodeEvent(event, "lab", "ear")),
    "ver:3.0 server:lab serial:21 pool:ear poolserial:10 eventname:PROCESS_GROUP_ADDED len:13\n" +
      "groupname:el\n",
  );
});

const lengths: readonly [name: string, data: string, len: number][] = [
  ["ASCII", "hello", 5],
  ["characters of two bytes", "grüße", 5],
  ["characters outside of the basic plane", "🐝🐝", 2],
  ["combining characters", "e\u0301", 2],
];

for (const [name, data, len] of lengths) {
  test(`encodeEvent() counts code points: ${name}`, () => {
    const event = { notification: remoteCommunication("", data), serial: 0, poolserial: 0 };
    const written = text(encodeEvent(event, "s", "p"));
    assert.ok(written.endsWith(` len:${"type:\n".length + len}\ntype:\n${data}`));
  });
}

test("encodeEvent() sends no payload where there is none", () => {
  const event = { notification: supervisorState("RUNNING"), serial: 0, poolserial: 0 };
  assert.ok(text(encodeEvent(event, "s", "p")).endsWith(" len:0\n"));
});
