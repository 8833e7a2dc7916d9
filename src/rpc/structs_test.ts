import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcReadError } from "./read_xml.ts";
import { RpcDateTime, RpcDouble, type RpcValue, struct } from "./xml_value.ts";
import {
  type ProcessInfo,
  readConfigChanges,
  readGroupResult,
  readProcessInfo,
  readTail,
  writeConfigChanges,
  writeGroupResult,
  writeProcessInfo,
  writeTail,
} from "./structs.ts";

const info: ProcessInfo = {
  description: "pid 7, uptime 0:00:01",
  pid: 7,
  name: "m1",
  group: "g",
  start: 1,
  stop: 0,
  now: 2,
  state: 20,
  statename: "RUNNING",
  spawnerr: "",
  exitstatus: 0,
  logfile: "/a",
  stdout_logfile: "/a",
  stderr_logfile: "",
};

test("writeProcessInfo() sends the members in Supervisor's order", () => {
  assert.equal(
    [...writeProcessInfo(info).keys()].join(" "),
    "name group start stop now state statename spawnerr exitstatus logfile stdout_logfile " +
      "stderr_logfile pid description",
  );
});

test("readProcessInfo() reads what writeProcessInfo() wrote", () => {
  assert.deepEqual(readProcessInfo(writeProcessInfo(info)), info);
});

test("readGroupResult() fills in what an older server leaves out", () => {
  const value = struct({ name: "a", group: "a", status: 80, extra: true });
  assert.deepEqual(readGroupResult(value), { name: "a", group: "a", status: 80, description: "" });
});

test("readGroupResult() refuses another type", () => {
  assert.throws(() => readGroupResult("a"), RpcReadError);
  assert.throws(() => readGroupResult(struct({ name: 5 })), RpcReadError);
});

const strangers: readonly [
  name: string,
  read: (value: RpcValue) => unknown,
  value: RpcValue,
  message: string,
][] = [
  ["a word for a tail", readTail, "x", "expected an array, got string"],
  ["a number for a tail's text", readTail, [5, 0, false], "expected a string, got int"],
  [
    "a double for a tail's offset",
    readTail,
    ["x", new RpcDouble(1)],
    "expected an int, got double",
  ],
  ["a tail that ends early", readTail, ["x"], "expected an int, got nothing"],
  ["a struct for the changes", readConfigChanges, struct({}), "expected an array, got struct"],
  ["changes that are no lists", readConfigChanges, [["a"]], "expected an array, got string"],
  [
    "names that are dates",
    readConfigChanges,
    [[[new RpcDateTime("x")]]],
    "expected a string, got dateTime",
  ],
  ["a list for a record", readGroupResult, [], "expected a struct, got array"],
  [
    "a boolean for a status",
    readGroupResult,
    struct({ status: true }),
    "expected status as int, got boolean",
  ],
];

for (const [name, read, value, message] of strangers) {
  test(`a reply with ${name} is refused by what was expected`, () => {
    assert.throws(() => read(value), { name: "RpcReadError", message });
  });
}

test("a tail, group results and config changes survive the journey", () => {
  const tail = { text: "x", offset: 3, overflow: true };
  const result = { name: "a", group: "b", status: 10, description: "BAD_NAME: a" };
  const changes = { added: ["a"], changed: [], removed: ["b", "c"] };
  assert.deepEqual(readTail(writeTail(tail)), tail);
  assert.deepEqual(readGroupResult(writeGroupResult(result)), result);
  assert.deepEqual(readConfigChanges(writeConfigChanges(changes)), changes);
});
