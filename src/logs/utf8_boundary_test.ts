import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { completeLength, danglingLength } from "./utf8_boundary.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("a stretch that is cut inside a character ends before it, and the rest begins with it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (text, n) => {
    const bytes = encode(text);
    const cut = bytes.length === 0 ? 0 : n % (bytes.length + 1);
    const first = bytes.subarray(0, cut);
    const end = completeLength(first);
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    assert.equal(strict.decode(bytes.subarray(0, end)) + strict.decode(bytes.subarray(end)), text);
    assert.ok(cut - end < 4);
    const skipped = danglingLength(bytes.subarray(cut));
    assert.doesNotThrow(() => strict.decode(bytes.subarray(cut + skipped)));
  }));
});

/** Bytes that are no text: nobody has to wait for their end. */
const odd: readonly (readonly [readonly number[], number, number])[] = [
  [[], 0, 0],
  [[0x41], 1, 0],
  [[0xff], 1, 0],
  [[0x80], 1, 1],
  [[0x80, 0x80, 0x80, 0x80], 4, 0],
  [[0xc3], 0, 0],
  [[0x41, 0xe2, 0x82], 1, 0],
  [[0xf0, 0x9f, 0x98], 0, 0],
  [[0x41, 0x80, 0x80, 0x80, 0x80, 0x80], 6, 0],
  [[0xa9, 0x41], 2, 1],
];

for (const [bytes, complete, dangling] of odd) {
  test(`of [${bytes.map((byte) => byte.toString(16))}] ${complete} are complete`, () => {
    assert.equal(completeLength(Uint8Array.from(bytes)), complete);
    assert.equal(danglingLength(Uint8Array.from(bytes)), dangling);
  });
}
