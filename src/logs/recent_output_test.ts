import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentOutput } from "./recent_output.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("what a program printed before its last start is not of that run", () => {
  const output = new RecentOutput();
  output.push(bytes("old\n"));
  assert.equal(text(output.contentsOfRun()), "old\n");
  output.beginRun();
  assert.equal(text(output.contentsOfRun()), "");
  output.push(bytes("new\n"));
  assert.deepEqual([text(output.contentsOfRun()), output.runBytes], ["new\n", 4]);
  assert.equal(text(output.contents()), "old\nnew\n");
  output.clear();
  assert.deepEqual([text(output.contentsOfRun()), output.runBytes], ["", 0]);
});

test("of a long run there is the latest", () => {
  const output = new RecentOutput();
  for (let i = 0; i < 10_000; i++) output.push(bytes("0123456789"));
  assert.deepEqual([output.contentsOfRun().length, output.runBytes], [8192, 100_000]);
});
