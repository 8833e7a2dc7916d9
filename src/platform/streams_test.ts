import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { request, runChild } from "../../tests/support/run_child.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { libc } from "./libc.ts";
import { makePipe } from "./spawn.ts";
import { finishStreams, openStream } from "./streams.ts";

const folder = tempFolder();
const { O_NONBLOCK, O_RDONLY } = fs.constants;
const ignore = () => {};
const bytes = (text: string) => new TextEncoder().encode(text);

async function namedPipe(name: string): Promise<string> {
  const path = `${folder}/${name}`;
  await runChild(request(["/usr/bin/mkfifo", path]));
  return path;
}

function readFrom(fd: number): string {
  const buffer = new Uint8Array(65_536);
  const count = libc().read(fd, buffer, buffer.length);
  return new TextDecoder().decode(buffer.subarray(0, Math.max(0, count)));
}

test("a descriptor that is not open is refused", () => {
  assert.throws(() => openStream("/dev/fd/9999", ignore), { code: "EBADF" });
});

test("names of one stream share it, whatever they are: a line of one does not get into another's", () => {
  const { read, write } = makePipe()!;
  try {
    const first = openStream(`/dev/fd/${write}`, ignore);
    const second = openStream(`/proc/self/fd/${write}`, ignore);
    first.write(bytes("half"));
    second.write(bytes("whole\n"));
    assert.equal(readFrom(read), "half\nwhole\n");
  } finally {
    [read, write].forEach((fd) => libc().close(fd));
  }
});

test("our own descriptor outlives the log that it was", () => {
  const log = openStream("/dev/stderr", ignore);
  log.write(bytes(""));
  log.close();
  assert.doesNotThrow(() => fs.fstatSync(2));
});

test("a named pipe opens without a reader and keeps what is written", async () => {
  const path = await namedPipe("unread");
  const log = openStream(path, ignore);
  log.write(bytes("kept\n"));
  const reader = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  assert.equal(readFrom(reader), "kept\n");
  log.close();
  fs.closeSync(reader);
});

test("the last to close a named pipe ends its line, and closes it when all is read", async () => {
  const path = await namedPipe("slow");
  const reader = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  const [first, second] = [openStream(path, ignore), openStream(path, ignore)];
  first.write(new Uint8Array(65_536 + 5).fill(120));
  first.close();
  second.close();
  assert.equal(readFrom(reader).length, 65_536);
  finishStreams(1000);
  assert.equal(readFrom(reader), "xxxxx\n");
  assert.equal(fs.readSync(reader, new Uint8Array(1)), 0, "the writing end is closed");
  fs.closeSync(reader);
});

test("a file that our caller put our output into is gone on with at its end when it was emptied", () => {
  const path = `${folder}/out`;
  const fd = fs.openSync(path, "w");
  const log = openStream(`/dev/fd/${fd}`, ignore);
  log.write(bytes("before\n"));
  fs.truncateSync(path);
  log.write(bytes("after\n"));
  log.close();
  fs.closeSync(fd);
  assert.equal(fs.readFileSync(path, "utf8"), "after\n");
});

test("a full disk is told with what it did not take", () => {
  const told: string[] = [];
  const log = openStream("/dev/full", (count, why) => told.push(`${count} ${why}`));
  log.write(bytes("x"));
  log.close();
  assert.deepEqual(told, ["1 ENOSPC", "1 ENOSPC"].slice(0, told.length));
  assert.ok(told.length > 0);
});

const unopenable = [
  { name: "a folder", path: folder, code: "EISDIR" },
  { name: "what is not there", path: "/proc/1234567/fd/1", code: "ENOENT" },
];

for (const { name, path, code } of unopenable) {
  test(`opening ${name} says ${code}`, () =>
    assert.throws(() => openStream(path, ignore), { code }));
}
