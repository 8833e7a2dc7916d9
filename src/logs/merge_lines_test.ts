import assert from "node:assert/strict";
import { test } from "node:test";
import { byTime, inTurn, type LineSource } from "./merge_lines.ts";

const closed: string[] = [];

/** Batches of times; null for a line without. */
function source(name: string, ...batches: readonly (readonly (number | null)[])[]): LineSource {
  async function* lines() {
    try {
      for (const batch of batches) {
        yield await Promise.resolve(
          batch.map((time) => ({ time, text: `${name}${time}`, isWhole: true })),
        );
      }
    } finally {
      closed.push(name);
    }
  }
  return { name, batches: lines() };
}

async function texts(merged: ReturnType<typeof byTime>): Promise<string> {
  return (await Array.fromAsync(merged)).flat().map(({ text }) => text).join(" ");
}

test("inTurn() gives one log after the other", async () => {
  assert.equal(await texts(inTurn([source("a", [3], [4]), source("b", [1])])), "a3 a4 b1");
});

const merges: readonly (readonly [sources: () => LineSource[], text: string])[] = [
  [() => [source("a", [1, 4], [], [5]), source("b", [2, 3, 9])], "a1 b2 b3 a4 a5 b9"],
  [() => [], ""],
  [() => [source("a", [1]), source("b")], "a1"],
  [() => [source("a", [1, 1]), source("b", [1])], "a1 a1 b1"],
  [() => [source("a", [5, 2]), source("b", [3, 4])], "b3 b4 a5 a2"], // a clock was set back
  [() => [source("a", [7]), source("b", [null, 8])], "bnull a7 b8"],
];

for (const [sources, text] of merges) {
  test(`byTime() gives ${text}`, async () => assert.equal(await texts(byTime(sources())), text));
}

for (const [name, merge] of [["inTurn", inTurn], ["byTime", byTime]] as const) {
  test(`${name}() that is left early lets go of its sources`, async () => {
    closed.length = 0;
    for await (const _ of merge([source("a", [1], [2]), source("b", [3], [4])])) break;
    await Promise.resolve();
    assert.ok(closed.includes("a"));
  });
}
