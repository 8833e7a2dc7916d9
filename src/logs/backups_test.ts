import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { listLogs, shiftBackups } from "./backups.ts";

function filesOf(names: string): FakeLogFiles {
  const files = new FakeLogFiles();
  for (const name of names.split(" ")) files.put(`/d/${name}`, name);
  return files;
}

function after(files: FakeLogFiles): string {
  return [...files.files.keys()].sort().map((path) => `${path.slice(3)}=${files.text(path)}`)
    .join(" ");
}

const shifts: readonly (readonly [before: string, isCompressed: boolean, after: string])[] = [
  ["log log.1", false, "log.1=log log.2=log.1"],
  ["log log.1 log.2.gz log.3.zst", true, "log.1=log log.2=log.1 log.3.gz=log.2.gz"],
  ["log log.3 log.2.gz", true, "log.1=log log.3.gz=log.2.gz"],
  ["log log.1 log.1.gz", true, "log.1=log log.2=log.1 log.2.gz=log.1.gz"],
  ["log log.1.gz log.2", false, "log.1=log log.1.gz=log.1.gz log.3=log.2"],
];

for (const [before, isCompressed, shifted] of shifts) {
  test(`${before} ${isCompressed ? "compressed or not" : "plain"} is moved to ${shifted}`, () => {
    const files = filesOf(before);
    shiftBackups(files, { path: "/d/log", backups: 3, isCompressed });
    assert.equal(after(files), shifted);
  });
}

test("listLogs() finds every form, the oldest first, and nothing that only looks like one", () => {
  const files = filesOf(
    "log log.1 log.1.gz log.2.gz log.10.zst log.compressing log.01 log.1.bz2 log2 a.log log.gz log.3.gz.1",
  );
  const found = listLogs(files, "/d/log").map(({ path, codec }) => `${path} ${codec}`);
  assert.deepEqual(found, [
    "/d/log.10.zst zstd",
    "/d/log.2.gz gzip",
    "/d/log.1 null",
    "/d/log null",
  ]);
});

test("listLogs() finds the plain form whichever comes first", () => {
  const found = listLogs(filesOf("log.1.gz log.1"), "/d/log").map(({ path }) => path);
  assert.deepEqual(found, ["/d/log.1"]);
});
