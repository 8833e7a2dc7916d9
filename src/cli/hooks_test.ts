import assert from "node:assert/strict";
import { test } from "node:test";
import { code, killed } from "../../tests/support/fake_world.ts";
import { failureOf } from "./hooks.ts";
import type { SideResult } from "./side_commands.ts";

const cases: readonly (readonly [SideResult, string | null])[] = [
  [{ type: "ended", exit: code(0) }, null],
  [{ type: "ended", exit: code(3) }, "pre_start exited with 3"],
  [{ type: "ended", exit: killed(9) }, "pre_start was terminated by SIGKILL"],
  [{ type: "late", isStuck: false }, "pre_start did not end within 30 s"],
  [
    { type: "notStarted", reason: "can't find command 'x'" },
    "pre_start: can't find command 'x'",
  ],
];

for (const [result, failure] of cases) {
  test(`failureOf() says ${failure}`, () => {
    assert.equal(failureOf("pre_start", 30, result), failure);
  });
}
