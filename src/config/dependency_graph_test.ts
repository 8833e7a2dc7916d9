import assert from "node:assert/strict";
import { test } from "node:test";
import { findCycles } from "./dependency_graph.ts";

interface Case {
  readonly name: string;
  readonly edges: Readonly<Record<string, string>>;
  readonly cycles: readonly string[];
}

const cases: readonly Case[] = [
  { name: "finds none in nothing", edges: {}, cycles: [] },
  { name: "finds none in a chain", edges: { a: "b", b: "c" }, cycles: [] },
  { name: "finds none where two ways meet again", edges: { a: "bc", b: "d", c: "d" }, cycles: [] },
  { name: "finds none where what is done is met again", edges: { b: "c", a: "bc" }, cycles: [] },
  { name: "finds one that depends on itself", edges: { a: "a" }, cycles: ["a"] },
  { name: "finds two that depend on each other", edges: { a: "b", b: "a" }, cycles: ["ab"] },
  { name: "leaves out what only leads there", edges: { x: "a", a: "b", b: "a" }, cycles: ["ab"] },
  {
    name: "finds every tangle",
    edges: { a: "b", b: "a", c: "d", d: "e", e: "c", f: "ac" },
    cycles: ["ab", "cde"],
  },
  { name: "finds two through one", edges: { a: "bc", b: "a", c: "a" }, cycles: ["ab", "ac"] },
];

for (const { name, edges, cycles } of cases) {
  test(`findCycles() ${name}`, () => {
    const graph = new Map(Object.entries(edges).map(([node, to]) => [node, [...to]]));
    assert.deepEqual(findCycles(graph).map((cycle) => cycle.join("")), cycles);
  });
}

test("findCycles() follows a chain of a hundred thousand", () => {
  const graph = new Map(Array.from({ length: 100_000 }, (_, i) => [`${i}`, [`${i + 1}`]]));
  assert.deepEqual(findCycles(graph), []);
  graph.set("100000", ["0"]);
  assert.equal(findCycles(graph)[0]!.length, 100_001);
});
