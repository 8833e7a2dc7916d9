import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runCommand } from "./tooling_command.ts";

async function run(script: string, seconds: number) {
  const shown: string[] = [];
  const ending = await runCommand(["sh", "-c", script], seconds, (line) => shown.push(line));
  return { ...ending, shown };
}

/** Gone, or a zombie: that one has no command line any more. */
function isGone(pid: string): boolean {
  const path = `/proc/${pid}/cmdline`;
  return !existsSync(path) || readFileSync(path, "utf8") === "";
}

test("runCommand() hands on stdout and stderr line by line, and the exit status", async () => {
  const { status, output, shown } = await run("echo one; echo two >&2; exit 3", 10);
  assert.equal(status, 3);
  assert.equal(output, "one\ntwo\n");
  assert.deepEqual(shown, ["one", "two"]);
});

test("runCommand() says which signal a command died of", async () => {
  assert.equal((await run("kill -KILL $$", 10)).status, "SIGKILL");
});

test("runCommand() ends a command that takes too long, and what it started", async () => {
  const { status, output } = await run("sleep 60 & echo $!; wait", 0.2);
  assert.equal(status, "time limit");
  assert.ok(isGone(output.trim()));
});

test("runCommand() does not wait for what a command leaves behind", async () => {
  const { status, output } = await run("sleep 60 & echo $!", 10);
  assert.equal(status, 0);
  assert.ok(isGone(output.trim()));
});
