import assert from "node:assert/strict";
import { test } from "node:test";
import { describeExit, type Exit, exitStatus } from "./exit.ts";

const exits: readonly (readonly [Exit, number, string])[] = [
  [{ type: "code", code: 0 }, 0, "exit status 0"],
  [{ type: "code", code: 255 }, 255, "exit status 255"],
  [{ type: "signal", signal: 9, core: false }, -1, "terminated by SIGKILL"],
  [{ type: "signal", signal: 11, core: true }, -1, "terminated by SIGSEGV (core dumped)"],
  [{ type: "signal", signal: 40, core: false }, -1, "terminated by signal 40"],
];

for (const [exit, status, text] of exits) {
  test(`an exit reads "${text}" and counts as ${status}`, () => {
    assert.deepEqual([describeExit(exit), exitStatus(exit)], [text, status]);
  });
}
