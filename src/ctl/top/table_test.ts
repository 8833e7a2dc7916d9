import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, type ColumnId, columnsFor, duration, sortRows } from "./table.ts";
import { row } from "./testing.ts";

const widths: [width: number, columns: string][] = [
  [100, "name:6 state:8 pid:7 uptime:8 cpu:6 memory:6 restarts:8 line:44"],
  [68, "name:6 state:8 pid:7 uptime:8 cpu:6 memory:6 restarts:8 line:12"],
  [67, "name:6 state:8 pid:7 uptime:8 cpu:6 memory:6 restarts:20"],
  [54, "name:6 state:8 pid:7 uptime:8 cpu:6 memory:14"],
  [45, "name:6 state:8 uptime:8 cpu:6 memory:13"],
  [30, "name:6 state:8 cpu:6 memory:7"],
  [25, "name:6 state:8 cpu:9"],
  [17, "name:6 state:10"],
  [15, "name:6 state:8"],
  [12, "name:3 state:8"],
  [2, "name:1 state:8"],
];

for (const [width, columns] of widths) {
  test(`columnsFor() ${width} cells gives ${columns}`, () => {
    const found = columnsFor([row("a"), row("worker")], width);
    assert.equal(found.map((column) => `${column.id}:${column.width}`).join(" "), columns);
  });
}

test("columnsFor() cuts names that are too long", () => {
  assert.equal(columnsFor([row("x".repeat(80))], 200)[0]!.width, 32);
});

const rows = [
  row("b", { cpu: 5, pid: 20, state: "FATAL" }),
  row("c", { cpu: null, pid: null, state: "STOPPED" }),
  row("a", { cpu: 50, pid: 10 }),
];

const orders: [by: ColumnId, reversed: boolean, names: string][] = [
  ["name", false, "abc"],
  ["name", true, "cba"],
  ["cpu", false, "abc"],
  ["cpu", true, "bac"],
  ["pid", false, "abc"],
  ["state", false, "bac"],
];

for (const [by, reversed, names] of orders) {
  test(`sortRows() by ${by}${reversed ? ", reversed," : ""} gives ${names}`, () => {
    assert.equal(sortRows(rows, by, reversed).map(({ name }) => name).join(""), names);
  });
}

const durations: [ms: number, text: string][] = [
  [0, "0:00:00"],
  [3_723_999, "1:02:03"],
  [(48 * 3600 - 1) * 1000, "47:59:59"],
  [(3 * 86_400 + 4 * 3600) * 1000, "3d04h"],
];

for (const [ms, text] of durations) {
  test(`duration() of ${ms} is ${text}`, () => assert.equal(duration(ms), text));
}

const sizes: [count: number, text: string][] = [
  [0, "0B"],
  [999, "999B"],
  [1000, "1.0K"],
  [1024 * 1024, "1.0M"],
  [123 * 1024 * 1024, "123M"],
  [1023 * 1024, "1.0M"],
  [99.96 * 1024, "100K"],
];

for (const [count, text] of sizes) {
  test(`bytes() of ${count} is ${text}`, () => assert.equal(bytes(count), text));
}
