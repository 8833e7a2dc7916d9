import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { credentialsOf, groupById, groupByName, userById, userByName } from "./accounts.ts";

/** Lines of /etc/passwd or /etc/group as fields; the C library may know more. */
function entries(path: string): string[][] {
  const lines = fs.readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => /^[a-z_]/.test(line)).map((line) => line.split(":"));
}

const users = entries("/etc/passwd");
const groups = entries("/etc/group");

test("every user of this machine is found by name, with ids and home", () => {
  assert.ok(users.length > 0);
  for (const [name, , uid, gid, , home] of users) {
    assert.deepEqual(userByName(name!), { name, uid: Number(uid), gid: Number(gid), home });
  }
});

test("every group of this machine is found by name", () => {
  assert.ok(groups.length > 0);
  for (const [name, , gid] of groups) {
    assert.deepEqual(groupByName(name!), { name, gid: Number(gid) });
  }
});

test("root is found by id", () => {
  assert.equal(userById(0)?.name, "root");
  assert.equal(groupById(0)?.name, "root");
});

test("a user's groups are the primary one first, then the memberships", () => {
  for (const [name, , uid, gid] of users) {
    if (userById(Number(uid))!.name !== name) continue; // another name of the same user
    const member = groups.filter(([, , , names]) => names!.split(",").includes(name!));
    const wanted = new Set([Number(gid), ...member.map(([, , id]) => Number(id))]);
    const found = credentialsOf({ written: name!, id: Number(uid) })!;
    assert.deepEqual([found.uid, found.gid, found.groups[0]], [
      Number(uid),
      Number(gid),
      Number(gid),
    ]);
    assert.deepEqual(new Set(found.groups), wanted);
  }
});

for (const name of ["", "no such user", "ro", "rootx", "__proto__"]) {
  test(`there is no user or group "${name}"`, () => {
    assert.equal(userByName(name), undefined);
    assert.equal(groupByName(name), undefined);
  });
}

test("there is nobody with an id that nobody has", () => {
  const id = 3_999_999_999;
  assert.equal(userById(id), undefined);
  assert.equal(groupById(id), undefined);
});

test("a number that nobody has is a user with its own group, but a name that is gone is nobody", () => {
  const id = 3_999_999_999;
  assert.deepEqual(credentialsOf({ written: id, id }), { uid: id, gid: id, groups: [id] });
  assert.equal(credentialsOf({ written: "deploy", id }), undefined);
});
