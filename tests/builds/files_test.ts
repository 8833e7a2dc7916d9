/** What can be said of the executables without running them. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { executableFor, ROOT, type Target, TARGETS } from "../support/builds.ts";
import { readElf } from "../support/elf.ts";

const [X86_64, AARCH64] = [62, 183];

/** libc.so.6 apart, these are in the package of the C library as well. */
const OF_GLIBC = ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"];

const EXPECTED: Readonly<Record<Target, readonly [number, string, readonly string[]]>> = {
  "linux-x64": [X86_64, "/lib64/ld-linux-x86-64.so.2", [...OF_GLIBC, "ld-linux-x86-64.so.2"]],
  "linux-arm64": [AARCH64, "/lib/ld-linux-aarch64.so.1", [...OF_GLIBC, "ld-linux-aarch64.so.1"]],
  "linux-x64-musl": [
    X86_64,
    "/lib/ld-musl-x86_64.so.1",
    ["libc.musl-x86_64.so.1", "libstdc++.so.6"],
  ],
  "linux-arm64-musl": [
    AARCH64,
    "/lib/ld-musl-aarch64.so.1",
    ["libc.musl-aarch64.so.1", "libstdc++.so.6"],
  ],
};

/** In megabytes: less is not all of it, more is not wanted. */
const SIZE = { least: 80, most: 120 } as const;

/** The oldest glibc has to be no newer than this: RHEL 7 and Debian 8 have it. */
const GLIBC = 17;

for (const target of TARGETS) {
  const path = executableFor(target);
  const [machine, interpreter, needed] = EXPECTED[target];

  test(`${target} is for that processor and C library, and needs no other`, () => {
    const elf = readElf(path);
    assert.equal(elf.machine, machine);
    assert.equal(elf.interpreter, interpreter);
    assert.deepEqual(elf.needed.toSorted(), needed.toSorted());
    const versions = elf.versions.flatMap((name) => /^GLIBC_2\.(\d+)/.exec(name)?.[1] ?? []);
    assert.equal(versions.length > 0, !target.endsWith("-musl"));
    assert.ok(Math.max(0, ...versions.map(Number)) <= GLIBC, elf.versions.join(" "));
  });

  test(`${target} can be executed, has the size of such a file, and its own name in it`, () => {
    const { mode, size } = fs.statSync(path);
    assert.equal(mode & 0o111, 0o111);
    assert.ok(size > SIZE.least * 1e6 && size < SIZE.most * 1e6, `${size} bytes`);
    const text = fs.readFileSync(path, "latin1");
    assert.deepEqual(text.match(/"linux-(?:x64|arm64)(?:-musl)?"/g), [`"${target}"`]);
    assert.ok(!text.includes(ROOT.slice(0, -1)), "the folder it was built in");
  });
}
