import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf8 } from "./utf8.ts";

const faults = [
  {
    name: "a byte that starts nothing",
    bytes: [97, 0xff],
    start: 1,
    end: 2,
    reason: "invalid start byte",
  },
  { name: "an overlong form", bytes: [0xc0, 0x80], start: 0, end: 1, reason: "invalid start byte" },
  {
    name: "a broken sequence",
    bytes: [0xe2, 0x82, 97],
    start: 0,
    end: 2,
    reason: "invalid continuation byte",
  },
  {
    name: "what comes after characters of every length",
    bytes: [...new TextEncoder().encode("aé€😀"), 0xff],
    start: 10,
    end: 11,
    reason: "invalid start byte",
  },
  {
    name: "an overlong form of three bytes",
    bytes: [0xe0, 0x80, 0x80],
    start: 0,
    end: 1,
    reason: "invalid continuation byte",
  },
  {
    name: "half of a pair",
    bytes: [0xed, 0xa0, 0x80],
    start: 0,
    end: 1,
    reason: "invalid continuation byte",
  },
  {
    name: "too high a number",
    bytes: [0xf4, 0x90, 0x80, 0x80],
    start: 0,
    end: 1,
    reason: "invalid continuation byte",
  },
  {
    name: "a sequence that ends early",
    bytes: [97, 0xf0, 0x9f],
    start: 1,
    end: 3,
    reason: "unexpected end of data",
  },
];

for (const { name, bytes, ...fault } of faults) {
  test(`decodeUtf8() finds ${name}`, () => {
    assert.deepEqual(decodeUtf8(new Uint8Array(bytes)), fault);
  });
}

test("decodeUtf8() keeps a byte order mark", () => {
  assert.equal(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 97])), "\ufeffa");
});
