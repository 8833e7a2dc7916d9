import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeWorld, group, lone, on, program } from "../../tests/support/fake_world.ts";
import { dependenciesFirst, dependentsAmong, dependentsFirst } from "./dependency_order.ts";

const { supervisor } = new FakeWorld(
  lone("web", { depends_on: [on("api"), on("site")] }),
  lone("other"),
  lone("api", { depends_on: [on("site", "ready", "b"), on("gone")] }),
  group("site", [program("a"), program("b")]),
);
const all = [...supervisor.allProcesses()];
const names = (processes: Iterable<(typeof all)[number]>) =>
  [...processes].map(({ config }) => config.name);

test("dependentsAmong() tells who depends on whom", () => {
  const told = [...dependentsAmong(all)].map(([process, dependents]) =>
    `${process.config.name} < ${names(dependents)}`
  );
  assert.deepEqual(told, ["api < web", "a < web", "b < web,api"]);
});

test("dependentsAmong() knows nobody where nobody depends on others", () => {
  const independent = all.filter(({ config }) => config.depends_on === null);
  assert.equal(dependentsAmong(independent).size, 0);
});

test("dependentsFirst() moves forward only those on whom others wait", () => {
  const given = all.toReversed();
  assert.deepEqual(names(given), ["b", "a", "api", "other", "web"]);
  const ordered = dependentsFirst(given, dependentsAmong(given));
  assert.deepEqual(names(ordered), ["web", "api", "b", "a", "other"]);
});

test("dependenciesFirst() moves back only those that have to wait", () => {
  assert.deepEqual(names(dependenciesFirst(all)), ["other", "a", "b", "api", "web"]);
});

test("who depends on each other, as two configurations together can make it, is all there", () => {
  const { supervisor } = new FakeWorld(
    lone("a", { depends_on: [on("b")] }),
    lone("b", { depends_on: [on("a")] }),
  );
  assert.deepEqual(names(dependenciesFirst([...supervisor.allProcesses()])).sort(), ["a", "b"]);
});
