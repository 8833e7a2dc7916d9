import assert from "node:assert/strict";
import { test } from "node:test";
import { unchangedParts } from "./resident_memory.ts";

const mapping = (head: string, dirty: number, swap = 0) =>
  `${head}
Size:              44880 kB
Rss:               30508 kB
Private_Dirty:      ${dirty} kB
Anonymous:          ${dirty} kB
Swap:               ${swap} kB
VmFlags: rd ex mr mw me sd
`;

const EXE = "/usr/bin/visor";

test("unchangedParts() finds what of an executable is as in its file", () => {
  const smaps = [
    mapping(`00200000-01a39000 r--p 00000000 fe:00 5308473                            ${EXE}`, 0),
    mapping(`01a40000-0684a000 r-xp 01838000 fe:00 5308473                            ${EXE}`, 0),
  ].join("");
  assert.deepEqual(unchangedParts(smaps, EXE), [
    { start: 0x200000, length: 0x1839000 },
    { start: 0x1a40000, length: 0x4e0a000 },
  ]);
});

const kept: readonly (readonly [what: string, smaps: string])[] = [
  ["another file", mapping("1000-2000 r-xp 00000000 fe:00 7 /usr/lib/libc.so.6", 0)],
  ["a name that only ends so", mapping(`1000-2000 r-xp 00000000 fe:00 7 /other${EXE}`, 0)],
  ["memory of its own", mapping("1000-2000 r--p 00000000 00:00 0 ", 0)],
  ["what may be written to", mapping(`1000-2000 rw-p 00000000 fe:00 7 ${EXE}`, 0)],
  ["what was written to and then protected", mapping(`1000-2000 r--p 0 fe:00 7 ${EXE}`, 4)],
  ["what was written to and swapped out", mapping(`1000-2000 r--p 0 fe:00 7 ${EXE}`, 0, 4)],
  ["shared memory", mapping(`1000-2000 r--s 00000000 fe:00 7 ${EXE}`, 0)],
];

for (const [what, smaps] of kept) {
  test(`unchangedParts() leaves ${what} alone`, () => {
    assert.deepEqual(unchangedParts(smaps, EXE), []);
  });
}
