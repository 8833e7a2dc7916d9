import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { findCommand, type FoundCommand } from "./find_command.ts";

const folder = tempFolder();

function file(path: string, mode: number): void {
  fs.mkdirSync(`${folder}/${path.split("/")[0]}`, { recursive: true });
  fs.writeFileSync(`${folder}/${path}`, "");
  fs.chmodSync(`${folder}/${path}`, mode);
}

file("a/plain", 0o644);
file("a/tool", 0o755);
file("b/plain", 0o755);
file("b/tool", 0o755);
file("b/folder", 0o755);
file("b/only", 0o711);
fs.mkdirSync(`${folder}/a/folder`);
fs.symlinkSync("../b/tool", `${folder}/a/link`);
fs.symlinkSync("nowhere", `${folder}/a/dangling`);
file("b/dangling", 0o755);

const searchPath = `${folder}/none:${folder}/a:${folder}/b`;

/** Paths are shown without the temporary folder. @see spec/processes.md §7, "lookup" */
const cases: readonly (readonly [string, string, FoundCommand["type"], string])[] = [
  ["is found in the first folder that has it", "tool", "found", "/a/tool"],
  ["is found in a later folder", "only", "found", "/b/only"],
  ["ends the search where it is not executable", "plain", "notExecutable", "/a/plain"],
  ["ends the search where it is a folder", "folder", "directory", "/a/folder"],
  ["is found through a link", "link", "found", "/a/link"],
  ["is looked for further on where a link leads nowhere", "dangling", "found", "/b/dangling"],
  ["is missing where no folder has it", "nope", "missing", "nope"],
  ["with a slash is a path", `${folder}/b/tool`, "found", "/b/tool"],
  ["with a slash is not searched for", "a/tool", "missing", "a/tool"],
  ["with a slash may be a folder", `${folder}/a`, "directory", "/a"],
  ["with a slash may be no program", `${folder}/a/plain`, "notExecutable", "/a/plain"],
];

for (const [name, word, type, path] of cases) {
  test(`a command ${name}`, () => {
    const found = findCommand(word, searchPath);
    assert.deepEqual({ ...found, path: found.path.replace(folder, "") }, { type, path });
  });
}

test("an empty entry of the search path is the current folder", () => {
  const before = process.cwd();
  process.chdir(`${folder}/a`);
  try {
    assert.deepEqual(findCommand("tool", "/none:"), { type: "found", path: "tool" });
  } finally {
    process.chdir(before);
  }
});
