import assert from "node:assert/strict";
import { test } from "node:test";
import { elsewhereHost } from "./elsewhere.ts";
import { fakeHost } from "./testing.ts";

const base = fakeHost({
  files: {
    "/conf/main.conf": "",
    "/conf/d/a.conf": "",
    "/other/b.conf": "",
    "/confused/c.conf": "",
    "/conf/a.env": "A=1",
    "/other/a.env": "A=1",
  },
  env: { HOME: "/home/me" },
});
const host = elsewhereHost(base, "/conf");

for (const name of ["web", "www-data", "_apt", "svc.web", "machine$"]) {
  test(`elsewhere there is an account ${name}`, () => {
    assert.deepEqual(host.userByName(name), { id: 1000, gid: 1000 });
    assert.deepEqual(host.groupByName(name), { id: 1000, gid: 1000 });
  });
}

for (const name of ["", "no body", "1st", "-x", "web:web", "a$b", "web\n"]) {
  test(`elsewhere "${name}" is no account either`, () => {
    assert.equal(host.userByName(name), undefined);
    assert.equal(host.groupByName(name), undefined);
  });
}

test("elsewhere root is root, and every number that an id can have is somebody", () => {
  assert.deepEqual(host.userByName("root"), { id: 0, gid: 0 });
  for (const id of [0, 33, 2 ** 32 - 2]) {
    assert.deepEqual([host.userById(id), host.groupById(id)], [{ id, gid: id }, { id, gid: id }]);
  }
  for (const id of [-1, 2 ** 32 - 1, 2 ** 32]) {
    assert.deepEqual([host.userById(id), host.groupById(id)], [undefined, undefined]);
  }
});

test("elsewhere nothing is included from outside the folder", () => {
  assert.deepEqual(host.glob("/conf/d/*.conf"), ["/conf/d/a.conf"]);
  for (const pattern of ["/other/*.conf", "/confused/*.conf", "/conf/../other/*.conf"]) {
    assert.deepEqual(host.glob(pattern), []);
  }
});

test("elsewhere nothing is known of what is in files outside the folder", () => {
  assert.equal(host.readSmallFile("/conf/a.env", 10)?.length, 3);
  assert.equal(host.readSmallFile("/other/a.env", 10), undefined);
  assert.equal(host.readSmallFile("/no/such", 10), undefined);
});

test("elsewhere every folder is there, and plug-ins that are not Supervisor's", () => {
  assert.deepEqual([host.isDirectory("/no/such"), host.isDirectory("")], [true, false]);
  assert.equal(host.pluginProblem("superlance.x:make"), undefined);
  assert.match(host.pluginProblem(" supervisor.nothing:make")!, /Python/);
});

test("elsewhere home is where the environment says, and nobody else's is known", () => {
  assert.deepEqual([host.home(null), host.home("web")], ["/home/me", undefined]);
});
