import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { LogArchive } from "./log_archive.ts";
import { shiftBackups } from "./backups.ts";

const JOB = { path: "/log", backups: 3, codec: "gzip" } as const;

function archive(...names: readonly string[]) {
  const files = new FakeLogFiles();
  for (const name of names) files.put(`/${name}`, name);
  const told: string[] = [];
  const made = new LogArchive(files, (path, why) => told.push(`${path} ${why}`));
  return { files, told, archive: made };
}

/** Everything that goes on without time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}

function texts(files: FakeLogFiles): Record<string, string> {
  return Object.fromEntries(
    [...files.files.keys()].sort().map((path) => [path, files.text(path)!]),
  );
}

test("plain old logs are compressed, and those that are so already stay", async () => {
  const { files, archive: made } = archive("log", "log.1", "log.2", "log.3.gz", "log.4");
  made.add(JOB);
  await settle();
  assert.deepEqual(texts(files), {
    "/log": "log",
    "/log.1.gz": "gzip[log.1]",
    "/log.2.gz": "gzip[log.2]",
    "/log.3.gz": "log.3.gz",
    "/log.4": "log.4",
  });
});

test("a log that is rotated on meanwhile gets the number that it has then", async () => {
  const { files, archive: made } = archive("log", "log.1");
  let done = () => {};
  files.compressing = new Promise<void>((resolve) => done = resolve);
  made.add(JOB);
  await settle();
  assert.equal(files.text("/log.compressing"), "gzip[");
  shiftBackups(files, { ...JOB, isCompressed: true });
  made.add(JOB);
  done();
  await settle();
  assert.deepEqual(texts(files), { "/log.1.gz": "gzip[log]", "/log.2.gz": "gzip[log.1]" });
});

test("what is left of a crash is done again", async () => {
  const { files, archive: made } = archive("log.1", "log.1.gz", "log.compressing");
  made.add(JOB);
  await settle();
  assert.deepEqual(texts(files), { "/log.1.gz": "gzip[log.1]" });
});

const failures: readonly (readonly [name: string, meanwhile: (files: FakeLogFiles) => void])[] = [
  [
    "that somebody wrote to",
    (files) => void (files.files.get("/log.1")!.bytes = new Uint8Array(9)),
  ],
  ["that was rotated out", (files) => files.remove("/log.1")],
];

for (const [name, meanwhile] of failures) {
  test(`a log ${name} meanwhile is not replaced`, async () => {
    const { files, told, archive: made } = archive("log.1");
    let done = () => {};
    files.compressing = new Promise<void>((resolve) => done = resolve);
    made.add(JOB);
    await settle();
    meanwhile(files);
    done();
    await settle();
    assert.deepEqual([...files.files.keys()].filter((path) => path !== "/log.1"), []);
    assert.deepEqual(told, []);
  });
}

test("trouble is told once until it works again, and leaves the plain log", async () => {
  const { files, told, archive: made } = archive("log.1");
  files.failing.compress = "ENOSPC";
  for (let i = 0; i < 2; i++) {
    made.add(JOB);
    await settle();
  }
  assert.deepEqual(told, ["/log ENOSPC"]);
  assert.deepEqual([...files.files.keys()], ["/log.1"]);
  delete files.failing.compress;
  made.add(JOB);
  await settle();
  assert.deepEqual([...files.files.keys()], ["/log.1.gz"]);
});

test("a disk on which nothing works is no reason to stop, and tried again with the next rotation", async () => {
  const { files, told, archive: made } = archive("log.1");
  files.failing.compress = files.failing.remove = "EROFS";
  made.add(JOB);
  await settle();
  assert.deepEqual(told, ["/log EROFS"]);
  delete files.failing.compress;
  delete files.failing.remove;
  made.add(JOB);
  await settle();
  assert.deepEqual([...files.files.keys()], ["/log.1.gz"]);
});

test("after close() nothing is touched any more, and nothing half is left", async () => {
  const { files, told, archive: made } = archive("log.1");
  let done = () => {};
  files.compressing = new Promise<void>((resolve) => done = resolve);
  made.add(JOB);
  await settle();
  const closed = made.close();
  done();
  await closed;
  made.add(JOB);
  await settle();
  assert.deepEqual(texts(files), { "/log.1": "log.1" });
  assert.deepEqual(told, []);
});
