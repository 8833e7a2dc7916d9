import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stripAnsi } from "./strip_ansi.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const strip = (text: string) => new TextDecoder().decode(stripAnsi(bytes(text)));

const texts: readonly (readonly [string, string, string])[] = [
  ["keeps plain text", "plain [31m text", "plain [31m text"],
  ["drops a colour", "\x1b[31mred\x1b[0m", "red"],
  ["drops several parameters", "\x1b[1;31;40mx", "x"],
  ["drops up to a terminator, whatever comes before it", "\x1b[3x1;mA", "A"],
  [
    "keeps escapes of other kinds",
    "\x1b]0;title\x07 \x1bc \x1b(B",
    "\x1b]0;title\x07 \x1bc \x1b(B",
  ],
  ["keeps an escape at the end", "a\x1b", "a\x1b"],
  ["drops what the chunk cuts off", "a\x1b[31", "a"],
  ["drops a bare introducer", "a\x1b[", "a"],
  ["keeps what surrounds sequences that touch", "a\x1b[0m\x1b[1mb", "ab"],
  ["keeps the first of two escapes", "\x1b\x1b[0mx", "\x1bx"],
  ["keeps text beyond ASCII", "é\x1b[0m😀", "é😀"],
  ["gives nothing where there is nothing else", "\x1b[2J\x1b[H", ""],
];

for (const [name, text, kept] of texts) {
  test(`stripAnsi() ${name}`, () => assert.equal(strip(text), kept));
}

for (const end of "HfABCDRsuJKhlpm") {
  test(`stripAnsi() takes ${end} for the end of a sequence`, () => {
    assert.equal(strip(`<\x1b[5${end}>`), "<>");
  });
}

test("stripAnsi() goes on to the next terminator where a letter is none", () => {
  assert.equal(strip("<\x1b[5Xabcm>"), "<>");
});

test("stripAnsi() gives the chunk itself back where there is nothing to drop", () => {
  const chunk = bytes("plain");
  assert.equal(stripAnsi(chunk), chunk);
});

test("stripAnsi() leaves no introducer, adds nothing, and takes any bytes", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 5 }),
    fc.constantFrom(bytes("\x1b["), bytes("m")),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const chunk = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
    const before = chunk.slice();
    const kept = [...stripAnsi(chunk)];
    assert.deepEqual(chunk, before);
    let at = 0;
    for (const byte of kept) {
      at = chunk.indexOf(byte, at) + 1;
      assert.ok(at > 0, "kept bytes come in the order of the chunk");
    }
  }));
});
