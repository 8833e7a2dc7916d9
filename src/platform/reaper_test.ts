import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../tests/support/bounded.ts";
import { environment } from "../../tests/support/run_child.ts";
import { type Reaped, reapOne, waitForExit } from "./reaper.ts";
import { posixSpawn } from "./spawn.ts";

function start(script: string): number {
  const { pid, errno } = posixSpawn({
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    environment: environment(),
    directory: null,
    descriptors: [0, 1, 2],
    leads: "group",
  });
  assert.equal(errno, 0);
  return pid;
}

test("reapOne() finds nothing where nothing has ended", () => assert.equal(reapOne(), undefined));

test("reapOne() does not wait for a child that is still there", () => {
  const pid = start("exec sleep 600");
  assert.equal(reapOne(), undefined);
  process.kill(pid, "SIGKILL");
  waitForExit(pid);
});

test("every child is reaped once, with its own exit, however many end together", async () => {
  const wanted = new Map<number, number>();
  for (let code = 0; code < 20; code++) wanted.set(start(`exit ${code}`), code);
  const reaped: Reaped[] = [];
  await until("all children", () => {
    for (let one = reapOne(); one; one = reapOne()) reaped.push(one);
    return reaped.length >= wanted.size;
  });
  const found = new Map(reaped.map(({ pid, exit }) => [pid, exit.type === "code" && exit.code]));
  assert.deepEqual(found, wanted);
  assert.equal(reapOne(), undefined);
});

test("waitForExit() gives 1 for a child that a signal ended", () => {
  assert.equal(waitForExit(start("kill -KILL $$")), 1);
});
