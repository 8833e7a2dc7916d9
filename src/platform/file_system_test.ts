import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { readSmallFile } from "./file_system.ts";

const folder = tempFolder();
const path = (name: string) => `${folder}/${name}`;

test("readSmallFile() reads up to its limit, also what has no size until it is read", () => {
  fs.writeFileSync(path("a"), "12345");
  assert.equal(String.fromCharCode(...readSmallFile(path("a"), 5)), "12345");
  assert.throws(() => readSmallFile(path("a"), 4), { code: "TOO_LARGE" });
  fs.writeFileSync(path("empty"), "");
  assert.equal(readSmallFile(path("empty"), 5).length, 0);
  assert.ok(readSmallFile("/proc/self/status", 1_000_000).length > 100);
});

test("readSmallFile() waits for nobody", () => {
  spawnSync("mkfifo", [path("pipe")]);
  for (const each of [path("pipe"), folder, "/dev/zero"]) {
    assert.throws(() => readSmallFile(each, 5), { code: "NOT_A_FILE" });
  }
  assert.throws(() => readSmallFile(path("none"), 5), { code: "ENOENT" });
});
