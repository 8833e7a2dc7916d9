import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeWorld, group, lone, program } from "../../tests/support/fake_world.ts";
import { ascending, inStartOrder, inStopOrder } from "./order.ts";

const { supervisor } = new FakeWorld(
  lone("late", { priority: 999 }),
  group("site", [
    program("b", { priority: 20 }),
    program("a", { priority: 10 }),
    program("c", { priority: 20 }),
  ], 500),
  lone("early", { priority: 1 }),
  lone("also_late", { priority: 999 }),
);

const names = (processes: ReturnType<typeof inStartOrder>) =>
  processes.map(({ config }) => config.name);

test("inStartOrder() goes by the priority of the group, then by that of the process", () => {
  const order = names(inStartOrder(supervisor.groups.values()));
  assert.deepEqual(order, ["early", "a", "b", "c", "late", "also_late"]);
});

test("inStopOrder() begins with the highest priority, and keeps the order within one", () => {
  const order = names(inStopOrder(supervisor.groups.values()));
  assert.deepEqual(order, ["late", "also_late", "b", "c", "a", "early"]);
});

test("ascending() keeps the order of equal priorities, and its argument as it is", () => {
  const given = [{ priority: 2, n: 1 }, { priority: 1, n: 2 }, { priority: 2, n: 3 }];
  assert.deepEqual(ascending(given).map(({ n }) => n), [2, 1, 3]);
  assert.deepEqual(given.map(({ n }) => n), [1, 2, 3]);
});

test("numbers are ordered as numbers", () => {
  const given = [10, 9, 100, -1].map((priority) => ({ priority }));
  assert.deepEqual(ascending(given).map(({ priority }) => priority), [-1, 9, 10, 100]);
});
