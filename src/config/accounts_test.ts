import assert from "node:assert/strict";
import { test } from "node:test";
import { owner, primaryGroup, user } from "./accounts.ts";
import { fakeHost } from "./testing.ts";

const host = fakeHost();
const web = { written: "web", id: 33 };

test("user() takes a name or a number, and keeps which it was", () => {
  assert.deepEqual(user("web", host), web);
  assert.deepEqual(user("33", host), { written: 33, id: 33 });
});

test("user() refuses who does not exist", () => {
  assert.throws(() => user("nobody", host), { message: "Invalid user name nobody" });
  assert.throws(() => user("__proto__", host), { message: "Invalid user name __proto__" });
});

test("user() takes a number that nobody has", () => {
  assert.deepEqual(user("99", host), { written: 99, id: 99 });
});

for (const text of ["-1", "4294967295", "4294967296", "99999999999999999999"]) {
  test(`user() refuses ${text}, which the system would take for "unchanged" or cut short`, () => {
    assert.throws(() => user(text, host), /Invalid user id/);
  });
}

test("owner() takes user or user:group", () => {
  assert.deepEqual(owner("web", host), { user: web, group: null });
  assert.deepEqual(owner("web:0", host), { user: web, group: { written: 0, id: 0 } });
});

for (const text of ["nobody", "web:nobody", "web:", ":web", "a:b:c", ""]) {
  test(`owner() refuses "${text}"`, () => {
    assert.throws(() => owner(text, host), { message: `Invalid user:group definition ${text}` });
  });
}

test("primaryGroup() is written as a star", () => {
  assert.deepEqual(primaryGroup(web, host), { written: "*", id: 33 });
  assert.deepEqual(primaryGroup({ written: 99, id: 99 }, host), { written: "*", id: 99 });
});
