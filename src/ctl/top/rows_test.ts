import assert from "node:assert/strict";
import { test } from "node:test";
import { topRows } from "./rows.ts";
import { usage, usageAt } from "./testing.ts";

test("topRows() makes a row of each process", () => {
  const given = usageAt(
    5,
    usage("g:a", { line: "up\x1b[1m\x07", restarts: 3 }),
    usage("b", { state: "STOPPED", pid: null }),
  );
  assert.deepEqual(topRows(null, given), [
    {
      name: "g:a",
      state: "RUNNING",
      pid: 7,
      uptimeMs: 5_000,
      cpu: null,
      memory: 2 << 20,
      restarts: 3,
      line: "up[1m",
    },
    {
      name: "b",
      state: "STOPPED",
      pid: null,
      uptimeMs: null,
      cpu: null,
      memory: null,
      restarts: 0,
      line: "",
    },
  ]);
});

const rates: {
  name: string;
  before: Parameters<typeof usage>[1];
  now: Parameters<typeof usage>[1];
  cpu: number | null;
}[] = [
  { name: "shares of one processor", before: { cpuMs: 100 }, now: { cpuMs: 600 }, cpu: 25 },
  { name: "more than one processor", before: { cpuMs: 0 }, now: { cpuMs: 3_000 }, cpu: 150 },
  { name: "never less than nothing", before: { cpuMs: 500 }, now: { cpuMs: 100 }, cpu: 0 },
  { name: "nothing of another run", before: { pid: 6 }, now: { cpuMs: 600 }, cpu: null },
  { name: "nothing of what is down", before: {}, now: { pid: null }, cpu: null },
];

for (const { name, before, now, cpu } of rates) {
  test(`topRows() tells ${name}`, () => {
    const rows = topRows(usageAt(1, usage("a", before)), usageAt(3, usage("a", now)));
    assert.equal(rows[0]!.cpu, cpu);
  });
}

test("topRows() prefers PSS, and is not misled by a clock that stands", () => {
  const given = usageAt(1, usage("a", { pss: 5 }));
  const [row] = topRows(given, given);
  assert.deepEqual([row!.memory, row!.cpu], [5, null]);
});
