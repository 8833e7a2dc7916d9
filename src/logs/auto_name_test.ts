import assert from "node:assert/strict";
import { test } from "node:test";
import { autoLogPrefix, isAutoLog } from "./auto_name.ts";

test("autoLogPrefix() names process, channel and identifier", () => {
  assert.equal(autoLogPrefix("web_00", "stderr", "box"), "web_00-stderr---box-");
});

/** Columns: file, identifier, whether it is one of that daemon's. @see spec/processes.md §9 */
const names: readonly (readonly [string, string, boolean])[] = [
  ["web-stdout---supervisor-abcdefgh.log", "supervisor", true],
  ["web-stderr---supervisor-a1_b2c3d.log", "supervisor", true],
  ["web-stdout---supervisor-abcdefgh.log.1", "supervisor", true],
  ["web-stdout---supervisor-abcdefgh.log.1234", "supervisor", true],
  ["web-stdout---supervisor-abcdefgh.log.1.gz", "supervisor", true],
  ["web-stdout---supervisor-abcdefgh.log.compressing", "supervisor", true],
  ["a---b-stdout---supervisor-abcdefgh.log", "supervisor", true],
  ["web-stdout---supervisor-abcdefgh.log", "other", false],
  ["web-stdout---supervisor2-abcdefgh.log", "supervisor", false],
  ["web-stdout---mysupervisor-abcdefgh.log", "supervisor", false],
  ["---supervisor-abcdefgh.log", "supervisor", false],
  ["web-stdout---supervisor-.log", "supervisor", false],
  ["web-stdout---supervisor-abc defgh.log", "supervisor", false],
  ["web-stdout---supervisor-abcdefgh.txt", "supervisor", false],
  ["web.log", "supervisor", false],
  ["web-stdout---a.b-abcdefgh.log", "a.b", true],
  ["web-stdout---axb-abcdefgh.log", "a.b", false],
  ["web-stdout---a+(b)[c]-abcdefgh.log", "a+(b)[c]", true],
];

for (const [name, identifier, ours] of names) {
  test(`isAutoLog() ${ours ? "knows" : "leaves alone"} ${name} of ${identifier}`, () => {
    assert.equal(isAutoLog(name, identifier), ours);
  });
}

test("isAutoLog() knows what autoLogPrefix() begins", () => {
  const name = `${autoLogPrefix("w-o.r k", "stdout", "super visor")}zz_zz_00.log`;
  assert.equal(isAutoLog(name, "super visor"), true);
});
