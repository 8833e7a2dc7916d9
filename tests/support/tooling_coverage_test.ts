import assert from "node:assert/strict";
import { test } from "node:test";
import { countByRoom, percent, tooLow } from "./tooling_coverage.ts";

const report = (files: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(files).map(([file, runs]) =>
    [`SF:/here/${file}`, "FN:1,f", ...runs.map((ran, n) => `DA:${n + 1},${ran}`), "end_of_record"]
      .join("\n")
  ).join("\n");

test("lines are counted by room, and those that nothing ran are named", () => {
  const rooms = countByRoom(
    report({
      "src/rpc/b.ts": [1, 0],
      "src/engine/a.ts": [3],
      "src/rpc/methods/c.tsx": [0, 12],
    }),
    "/here",
  );
  assert.deepEqual([...rooms], [
    ["engine", { lines: 1, missed: [] }],
    ["rpc", { lines: 4, missed: ["src/rpc/b.ts:2", "src/rpc/methods/c.tsx:1"] }],
  ]);
  assert.equal(percent(rooms.get("rpc")!), 50);
});

test("tests, and what only they use, do not count", () => {
  const files = ["src/rpc/a_test.ts", "src/config/testing.ts", "src/ctl/fake_daemon.ts"];
  const rooms = countByRoom(
    report(Object.fromEntries([...files, "tests/run.ts"].map((file) => [file, [1, 0]]))),
    "/here",
  );
  assert.deepEqual([...rooms], []);
});

const lines = (ran: number, missed: number) => [
  ...new Array<number>(ran).fill(1),
  ...new Array<number>(missed).fill(0),
];

const pure = (engine: readonly number[]) =>
  countByRoom(
    report({
      "src/engine/a.ts": engine,
      "src/config/a.ts": [1],
      "src/rpc/a.ts": [1],
      "src/events/a.ts": [1],
      "src/platform/a.ts": [0],
    }),
    "/here",
  );

for (
  const { name, rooms, low } of [
    { name: "95 of 100 lines are enough", rooms: pure(lines(95, 5)), low: [] },
    { name: "94 of 100 lines are too few", rooms: pure(lines(94, 6)), low: ["engine"] },
    {
      name: "a room that no test loads is not covered at all",
      rooms: countByRoom("", "/here"),
      low: ["engine", "config", "rpc", "events"],
    },
  ]
) {
  test(name, () => assert.deepEqual(tooLow(rooms), low));
}
