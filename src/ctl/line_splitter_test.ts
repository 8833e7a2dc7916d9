import assert from "node:assert/strict";
import { test } from "node:test";
import { lineSplitter } from "./line_splitter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("lines come out however they went in", () => {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const byte of bytes("é\n\nbc\nd")) splitter.push(new Uint8Array([byte]));
  assert.deepEqual(lines, ["é", "", "bc"]);
  splitter.end();
  splitter.end();
  assert.deepEqual(lines, ["é", "", "bc", "d"]);
});

test("a line that does not end is given out in pieces", () => {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (let i = 0; i < 20; i++) splitter.push(bytes("x".repeat(10_000)));
  assert.deepEqual(lines.map(({ length }) => length), [65_536, 65_536, 65_536]);
  splitter.end();
  assert.equal(lines.join("").length, 200_000);
});
