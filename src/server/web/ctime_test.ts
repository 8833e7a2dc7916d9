import assert from "node:assert/strict";
import { test } from "node:test";
import { ctime } from "./ctime.ts";

test("ctime() writes local time as C does", () => {
  assert.equal(ctime(new Date(2026, 10, 22, 15, 41, 49).getTime()), "Sun Nov 22 15:41:49 2026");
  assert.equal(ctime(new Date(2027, 0, 2, 3, 4, 5).getTime()), "Sat Jan  2 03:04:05 2027");
});
