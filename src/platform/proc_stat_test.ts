import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStat } from "./proc_stat.ts";

const LINE =
  "4321 (odd) name\n) S 17 4300 4300 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 1 0 987 1000 55 18";

test("parseStat() reads around whatever a process calls itself", () => {
  assert.deepEqual(parseStat(LINE), {
    pid: 4321,
    state: "S",
    parent: 17,
    pgid: 4300,
    session: 4300,
    ticks: 100,
    startTime: 987,
    pages: 55,
  });
});

for (const text of ["", "12", "12 (x)", "12 (x) S 1 2", "(x) S 1 2 3"]) {
  test(`parseStat() makes nothing of ${JSON.stringify(text)}`, () => {
    assert.equal(parseStat(text), undefined);
  });
}
