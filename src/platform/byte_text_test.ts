import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, textOf } from "./byte_text.ts";

const cases: readonly { name: string; bytes: readonly number[]; text: string }[] = [
  { name: "nothing", bytes: [], text: "" },
  { name: "text", bytes: [0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], text: "aé😀" },
  { name: "a byte order mark", bytes: [0xef, 0xbb, 0xbf, 0x61], text: "\ufeffa" },
  { name: "bytes that begin nothing", bytes: [0x80, 0x61, 0xff], text: "\udc80a\udcff" },
  {
    name: "a character that is cut off",
    bytes: [0xc3, 0xa9, 0xe2, 0x82],
    text: "é\udce2\udc82",
  },
  {
    name: "the character after a broken one",
    bytes: [0xf0, 0xc3, 0xa9, 0x61],
    text: "\udcf0éa",
  },
  {
    name: "a surrogate written as UTF-8",
    bytes: [0xed, 0xb2, 0x80],
    text: "\udced\udcb2\udc80",
  },
];

for (const { name, bytes, text } of cases) {
  test(`textOf() reads ${name}, and bytesOf() has the same bytes again`, () => {
    assert.equal(textOf(Uint8Array.from(bytes)), text);
    assert.deepEqual([...bytesOf(text)], bytes);
  });
}

test("bytesOf() takes a pair of surrogates for the character that it is", () => {
  // The second half of this character is U+DC80, alone a byte.
  assert.deepEqual([...bytesOf("\u{1f480}\udc80")], [0xf0, 0x9f, 0x92, 0x80, 0x80]);
});
