import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import {
  getLimit,
  type LimitedResource,
  parseLimit,
  raiseLimit,
  setLimit,
  withFileLimit,
} from "./limits.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max processes             63432                unlimited            processes
Max open files            1024                 524288               files
Max locked memory         8388608              8388608              bytes
`;

const lines:
  readonly (readonly [string, string, LimitedResource, ReturnType<typeof parseLimit>])[] = [
    ["open files", LIMITS, "NOFILE", { soft: 1024, hard: 524_288 }],
    ["processes without a hard limit", LIMITS, "NPROC", { soft: 63_432, hard: Infinity }],
    [
      "no limit at all",
      "Max open files            unlimited            unlimited            files",
      "NOFILE",
      { soft: Infinity, hard: Infinity },
    ],
    ["nothing where there is no such line", "Max cpu time 1 2 seconds", "NOFILE", undefined],
    ["nothing where the line is another", "Max open files unknown", "NOFILE", undefined],
    ["nothing in an empty text", "", "NPROC", undefined],
  ];

for (const [name, text, resource, limit] of lines) {
  test(`parseLimit() reads ${name}`, () => assert.deepEqual(parseLimit(text, resource), limit));
}

for (const resource of ["NOFILE", "NPROC"] as const) {
  test(`getLimit() says of ${resource} what the system says`, () => {
    const text = fs.readFileSync("/proc/self/limits", "utf8");
    assert.deepEqual(getLimit(resource), parseLimit(text, resource));
  });
}

test("a limit that is high enough is left as it is", () => {
  const before = getLimit("NOFILE");
  assert.equal(raiseLimit("NOFILE", 1), true);
  assert.deepEqual(getLimit("NOFILE"), before);
});

test("children get their own limit of open files, and we keep ours, whatever happens", () => {
  const before = getLimit("NOFILE");
  const theirs = withFileLimit(() => getLimit("NOFILE")).soft;
  const ours = { soft: theirs < before.hard ? theirs + 1 : theirs - 1, hard: before.hard };
  assert.equal(setLimit("NOFILE", ours), true);
  try {
    const during = withFileLimit(() => getLimit("NOFILE"));
    assert.deepEqual(during, { soft: theirs, hard: before.hard });
    assert.deepEqual(getLimit("NOFILE"), ours);
    const failing = () => {
      throw new Error("no");
    };
    assert.throws(() => withFileLimit(failing), /no/);
    assert.deepEqual(getLimit("NOFILE"), ours);
  } finally {
    setLimit("NOFILE", before);
  }
});
