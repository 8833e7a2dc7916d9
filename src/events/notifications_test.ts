import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessState } from "../model/state.ts";
import * as notifications from "./notifications.ts";
import { bytes } from "./testing.ts";

const change = { process: "p", group: "g", tries: 2, pid: 7, expected: false };

const states: readonly [from: ProcessState, to: ProcessState, details: string][] = [
  ["EXITED", "STARTING", " tries:2"],
  ["STARTING", "RUNNING", " pid:7"],
  ["STARTING", "BACKOFF", " tries:2"],
  ["RUNNING", "STOPPING", " pid:7"],
  ["RUNNING", "EXITED", " expected:0 pid:7"],
  ["STOPPING", "STOPPED", " pid:7"],
  ["BACKOFF", "FATAL", ""],
  ["STOPPING", "UNKNOWN", ""],
];

for (const [from, to, details] of states) {
  test(`processState() tells of ${to}`, () => {
    assert.deepEqual(notifications.processState({ ...change, from, to }), {
      type: `PROCESS_STATE_${to}`,
      payload: `processname:p groupname:g from_state:${from}${details}`,
    });
  });
}

test("processState() says expected:1 of an expected exit", () => {
  const exit = { ...change, from: "RUNNING", to: "EXITED", expected: true } as const;
  const { payload } = notifications.processState(exit);
  assert.equal(payload, "processname:p groupname:g from_state:RUNNING expected:1 pid:7");
});

const out = { process: "p", group: "g", pid: 7, channel: "stdout", data: bytes("a\nb") } as const;
const err = { ...out, channel: "stderr", data: new Uint8Array([0x68, 0xc3]) } as const;

const others: readonly [made: notifications.Notification, type: string, payload: string][] = [
  [
    notifications.processLog(out),
    "PROCESS_LOG_STDOUT",
    "processname:p groupname:g pid:7 channel:stdout\na\nb",
  ],
  [
    notifications.processLog(err),
    "PROCESS_LOG_STDERR",
    "processname:p groupname:g pid:7 channel:stderr\nUndecodable: b'h\\xc3'",
  ],
  [
    notifications.processCommunication(out),
    "PROCESS_COMMUNICATION_STDOUT",
    "processname:p groupname:g pid:7\na\nb",
  ],
  [
    notifications.processCommunication({ ...err, data: bytes("") }),
    "PROCESS_COMMUNICATION_STDERR",
    "processname:p groupname:g pid:7\n",
  ],
  [
    notifications.remoteCommunication("my type", "two\nlines"),
    "REMOTE_COMMUNICATION",
    "type:my type\ntwo\nlines",
  ],
  [notifications.remoteCommunication("", ""), "REMOTE_COMMUNICATION", "type:\n"],
  [notifications.supervisorState("RUNNING"), "SUPERVISOR_STATE_CHANGE_RUNNING", ""],
  [notifications.supervisorState("STOPPING"), "SUPERVISOR_STATE_CHANGE_STOPPING", ""],
  [notifications.tick(5, 1_700_000_005), "TICK_5", "when:1700000005"],
  [notifications.tick(3600, 3600), "TICK_3600", "when:3600"],
  [notifications.processGroup("ADDED", "el"), "PROCESS_GROUP_ADDED", "groupname:el\n"],
  [notifications.processGroup("REMOVED", "el"), "PROCESS_GROUP_REMOVED", "groupname:el\n"],
];

for (const [made, type, payload] of others) {
  test(`${type} has the payload ${JSON.stringify(payload)}`, () => {
    assert.deepEqual(made, { type, payload });
  });
}
