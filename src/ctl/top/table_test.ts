import assert from "node:assert/strict";
import { test } from "node:test";
import { type ColumnId, columnsFor, sortRows } from "./table.ts";
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
