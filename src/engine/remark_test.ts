import assert from "node:assert/strict";
import { test } from "node:test";
import { code, killed } from "../../tests/support/fake_world.ts";
import { describeRemark, type LogLine } from "./remark.ts";
import type { Remark } from "./step.ts";

/** spec/processes.md §4, word for word. */
const lines: readonly (readonly [Remark, LogLine["level"], string])[] = [
  [
    { type: "success", startsecs: 1 },
    "info",
    "success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
  ],
  [
    { type: "exited", exit: code(0), expected: true },
    "info",
    "exited: web (exit status 0; expected)",
  ],
  [
    { type: "exited", exit: code(3), expected: false },
    "warn",
    "exited: web (exit status 3; not expected)",
  ],
  [
    { type: "exited", exit: killed(9), expected: false },
    "warn",
    "exited: web (terminated by SIGKILL; not expected)",
  ],
  [
    { type: "exited", exit: { type: "signal", signal: 11, core: true }, expected: false },
    "warn",
    "exited: web (terminated by SIGSEGV (core dumped); not expected)",
  ],
  [{ type: "stopped", exit: code(0), expected: true }, "info", "stopped: web (exit status 0)"],
  [{ type: "stopped", exit: code(1), expected: false }, "warn", "stopped: web (exit status 1)"],
  [
    { type: "stopped", exit: killed(15), expected: false },
    "warn",
    "stopped: web (terminated by SIGTERM)",
  ],
  [
    { type: "gaveUp" },
    "info",
    "gave up: web entered FATAL state, too many start retries too quickly",
  ],
  [{ type: "killing" }, "warn", "killing 'web' (42) with SIGKILL"],
  [
    { type: "spawnerr", reason: "can't find command 'x'" },
    "info",
    "spawnerr: can't find command 'x'",
  ],
];

for (const [remark, level, text] of lines) {
  test(`describeRemark() says "${text}"`, () => {
    assert.deepEqual(describeRemark(remark, "web", 42), { level, text });
  });
}

const names: readonly (readonly [number, string])[] = [
  [6, "SIGABRT"],
  [29, "SIGPOLL"],
  [34, "SIGRTMIN"],
  [40, "signal 40"],
  [64, "SIGRTMAX"],
];

for (const [number, name] of names) {
  test(`describeRemark() calls signal ${number} ${name}`, () => {
    const { text } = describeRemark(
      { type: "stopped", exit: killed(number), expected: false },
      "web",
      42,
    );
    assert.equal(text, `stopped: web (terminated by ${name})`);
  });
}
