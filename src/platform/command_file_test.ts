import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { lookAtCommand } from "./command_file.ts";

const folder = tempFolder();

const cases: readonly (readonly [head: string, interpreter: string | null, isText: boolean])[] = [
  ["#!/bin/sh\necho", "/bin/sh", true],
  ["#! /usr/bin/env python3\n", "/usr/bin/env", true],
  ["#!/bin/sh\r\n", "/bin/sh\r", true],
  ["echo hi\n", null, true],
  [" #!/bin/sh\n", null, true],
  ["\x7fELF\x02\x01\x01\0", null, false],
  ["", null, true],
];

cases.forEach(([head, interpreter, isText], index) => {
  test(`a file that begins with ${JSON.stringify(head)} is looked at`, () => {
    const path = `${folder}/${index}`;
    fs.writeFileSync(path, head, { mode: 0o640 });
    assert.deepEqual(lookAtCommand(path), { path, mode: 0o100640, interpreter, isText });
  });
});

test("what is no file is not read", () => {
  assert.deepEqual(lookAtCommand(folder)?.interpreter, null);
  assert.equal(lookAtCommand(`${folder}/none`), null);
});
