import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { isStream, ownDescriptor } from "./own_descriptor.ts";

const folder = tempFolder();

function link(name: string, target: string): string {
  fs.symlinkSync(target, `${folder}/${name}`);
  return `${folder}/${name}`;
}

const descriptors: readonly (readonly [string, number | undefined])[] = [
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
  ["/dev/fd/1", 1],
  ["/dev/fd/17", 17],
  ["/dev/./fd//1", 1],
  ["/proc/self/fd/2", 2],
  ["/proc/thread-self/fd/2", 2],
  [`/proc/${process.pid}/fd/1`, 1],
  [`/proc/${process.pid}/fd/7`, 7],
  ["/proc/1234567/fd/1", undefined],
  ["/dev/fd/", undefined],
  ["/dev/fd/1x", undefined],
  ["/dev/fd/-1", undefined],
  ["/dev/stdoutx", undefined],
  ["/tmp/dev/stdout", undefined],
  ["dev/stdout", undefined],
  [link("access.log", "/dev/stdout"), 1],
  [link("link-to-link", "access.log"), 1],
  [link("elsewhere", "/tmp"), undefined],
  [link("circle", "circle"), undefined],
];

for (const [path, fd] of descriptors) {
  test(`ownDescriptor() takes ${path} for ${fd === undefined ? "a file" : `descriptor ${fd}`}`, () =>
    assert.equal(ownDescriptor(path), fd));
}

test("another process's descriptor is a stream, whatever it leads to", () => {
  assert.equal(isStream("/proc/1/fd/1"), true);
  assert.equal(isStream("/dev/null"), true);
  assert.equal(isStream(`${folder}/not-there`), false);
});
