import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { program } from "../../tests/support/fake_world.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { resolveCommand } from "./command.ts";

const folder = tempFolder();
fs.writeFileSync(`${folder}/tool`, "", { mode: 0o755 });
fs.chmodSync(`${folder}/tool`, 0o755);
fs.writeFileSync(`${folder}/plain`, "", { mode: 0o644 });

const resolve = (command: string, path = folder) =>
  resolveCommand(program("web", { command, environment: new Map([["PATH", path]]) }));

/** Columns: command, words. @see spec/processes.md §7, "split" */
const splits: readonly (readonly [string, readonly string[]])[] = [
  ["tool", ["tool"]],
  ["tool  -x\n\ty ", ["tool", "-x", "y"]],
  [`tool 'a b' "c d" e\\ f`, ["tool", "a b", "c d", "e f"]],
  [`tool 'a\\b' "c\\"d\\\\"`, ["tool", "a\\b", 'c"d\\']],
  [`tool "" '' x""y`, ["tool", "", "", "xy"]],
  ["tool $HOME *.ts # no comment ; |", ["tool", "$HOME", "*.ts", "#", "no", "comment", ";", "|"]],
];

for (const [command, argv] of splits) {
  test(`${JSON.stringify(command)} is split as a shell would, without its expansions`, () => {
    assert.deepEqual(resolve(command), { ok: true, path: `${folder}/tool`, argv });
  });
}

test("argv[0] is the word as it was written", () => {
  const found = resolve(`${folder}/../${folder.split("/").at(-1)}/tool`);
  assert.ok(found.ok);
  assert.equal(found.argv[0], found.path);
});

/** Columns: command, fault, text. @see spec/processes.md §7, "Pre-fork failure" */
const troubles: readonly (readonly [string, string, string])[] = [
  ['tool "x', "NOT_EXECUTABLE", `can't parse command 'tool "x': No closing quotation`],
  ["tool 'x", "NOT_EXECUTABLE", `can't parse command "tool 'x": No closing quotation`],
  [" ", "NOT_EXECUTABLE", "command is empty"],
  ["nope -x", "NO_FILE", "can't find command 'nope'"],
  ["/none/nope", "NO_FILE", "can't find command '/none/nope'"],
  ["/etc", "NOT_EXECUTABLE", "command at '/etc' is a directory"],
  ["/etc/passwd", "NOT_EXECUTABLE", "command at '/etc/passwd' is not executable"],
  ["plain", "NOT_EXECUTABLE", `command at '${folder}/plain' is not executable`],
];

for (const [command, fault, text] of troubles) {
  test(`${JSON.stringify(command)} cannot be run: ${text.replace(folder, "")}`, () => {
    assert.deepEqual(resolve(command), { ok: false, trouble: { fault, text } });
  });
}

test("without a PATH of its own a program is looked for on ours", () => {
  const found = resolveCommand(program("web", { command: "sh -c true" }));
  assert.ok(found.ok && found.path.endsWith("/sh"));
});

test("a program's own PATH is the only one", () => {
  assert.deepEqual(resolve("sh"), {
    ok: false,
    trouble: { fault: "NO_FILE", text: "can't find command 'sh'" },
  });
});
