import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessStat } from "./proc_stat.ts";
import { measureTrees, treesOf } from "./tree_usage.ts";

/** `pid parent pgid startTime`. */
function stats(...lines: readonly string[]): ProcessStat[] {
  return lines.map((line) => {
    const [pid, parent, pgid, startTime] = line.split(" ").map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { pid, state: "S", parent, pgid, session: 1, startTime, ticks: 1, pages: 1 };
  });
}

const cases: { name: string; given: string[]; roots: number[]; trees: Record<number, number[]> }[] =
  [
    {
      name: "finds children and theirs, in whatever order",
      given: ["12 11 10 3", "10 1 10 1", "11 10 10 2", "20 1 20 1"],
      roots: [10, 20],
      trees: { 10: [10, 11, 12], 20: [20] },
    },
    {
      name: "keeps what left the process group",
      given: ["10 1 10 1", "11 10 11 2"],
      roots: [10],
      trees: { 10: [10, 11] },
    },
    {
      name: "keeps what lost its parent but not its process group",
      given: ["1 0 1 0", "10 1 10 1", "11 1 10 2"],
      roots: [10],
      trees: { 10: [10, 11] },
    },
    {
      name: "takes no child that is older than its parent",
      given: ["10 1 10 5", "11 10 11 4"],
      roots: [10],
      trees: { 10: [10] },
    },
    {
      name: "stops at the nearest root",
      given: ["10 1 10 1", "20 10 20 2", "21 20 20 3"],
      roots: [10, 20],
      trees: { 10: [10], 20: [20, 21] },
    },
    { name: "finds nothing of what is gone", given: ["10 1 10 1"], roots: [30], trees: { 30: [] } },
    {
      name: "comes to an end where parents go in circles",
      given: ["11 12 11 1", "12 11 12 1"],
      roots: [10],
      trees: { 10: [] },
    },
  ];

for (const { name, given, roots, trees } of cases) {
  test(`treesOf() ${name}`, () => {
    const found = [...treesOf(stats(...given), roots)].map(([root, tree]) =>
      [root, tree.map(({ pid }) => pid).sort((a, b) => a - b)] as const
    );
    assert.deepEqual(Object.fromEntries(found), trees);
  });
}

test("treesOf() is as deep as a chain of processes is long", () => {
  const chain = Array.from({ length: 50_000 }, (_, i) => `${i + 10} ${i + 9} ${i + 10} ${i}`);
  assert.equal(treesOf(stats(...chain), [10]).get(10)!.length, 50_000);
});

test("measureTrees() sees the process that asks", async () => {
  const { pid } = await import("node:process");
  const usage = (await measureTrees([pid, 999_999_999], true)).get(pid)!;
  assert.ok(usage.processes >= 1 && usage.rss_bytes > 1e6, JSON.stringify(usage));
  assert.ok(usage.pss_bytes === null || usage.pss_bytes <= usage.rss_bytes * 2);
  assert.equal((await measureTrees([999_999_999], false)).size, 0);
});
