import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type LogReader, readSlice, readTail } from "./read_log.ts";

/** Refuses to be asked for what it does not have: a reader would make room for it. */
function logOf(text: string): LogReader {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    read(offset, length) {
      const inside = offset >= 0 && length >= 0 && offset + length <= bytes.length;
      if (!inside) throw new RangeError(`read(${offset}, ${length}) of ${bytes.length} bytes`);
      return bytes.slice(offset, offset + length);
    },
  };
}

const TEXT = "0123456789";
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Columns: offset, length, result. @see spec/control.md §5, first table */
const slices: readonly (readonly [number, number, string | undefined])[] = [
  [-1, 1, undefined],
  [-1, -1, undefined],
  [-3, 0, "789"],
  [-10, 0, TEXT],
  [-100, 0, TEXT],
  [0, -1, undefined],
  [5, -1, undefined],
  [100, -1, undefined],
  [0, 0, TEXT],
  [4, 0, "456789"],
  [9, 0, "9"],
  [10, 0, ""],
  [100, 0, ""],
  [0, 3, "012"],
  [4, 3, "456"],
  [8, 3, "89"],
  [10, 3, ""],
  [100, 3, ""],
  [0, 2 ** 31 - 1, TEXT],
  [-(2 ** 31), 0, TEXT],
];

for (const [offset, length, result] of slices) {
  test(`readSlice() of ten bytes at ${offset}, ${length} gives ${result ?? "no answer"}`, () => {
    const data = readSlice(logOf(TEXT), offset, length);
    assert.equal(data && decode(data), result);
  });
}

test("readSlice() of an empty log gives nothing", () => {
  for (const [offset, length] of [[0, 0], [0, 5], [-5, 0], [3, 0]] as const) {
    assert.equal(readSlice(logOf(""), offset, length)?.length, 0);
  }
});

/** Columns: offset, length, overflow, data. @see spec/control.md §5, second table */
const tails: readonly (readonly [number, number, boolean, string])[] = [
  [0, 5, true, "56789"],
  [3, 5, true, "56789"],
  [0, 0, true, ""],
  [4, 0, true, ""],
  [-5, 3, true, "789"],
  [10, 5, false, ""],
  [100, 5, false, ""],
  [100, 0, false, ""],
  [0, 20, false, TEXT],
  [9, 5, false, "56789"],
  [9, 100, false, TEXT],
  [4, 6, false, "456789"],
  [0, 10, false, TEXT],
  [9, 1, false, "9"],
  [10, 0, false, ""],
  [0, -5, true, ""],
  [10, -5, true, ""],
  [14, -5, true, ""],
  [15, -5, false, ""],
  [16, -5, false, ""],
  [-2, 12, false, TEXT],
];

for (const [offset, length, overflow, data] of tails) {
  test(`readTail() of ten bytes at ${offset}, ${length} gives "${data}"`, () => {
    const tail = readTail(logOf(TEXT), offset, length);
    assert.deepEqual({ ...tail, data: decode(tail.data) }, { data, offset: 10, overflow });
  });
}

test("readTail() of 49 bytes at 20, 100 gives all 49, as Supervisor was seen to do", () => {
  const text = "x".repeat(49);
  assert.equal(decode(readTail(logOf(text), 20, 100).data), text);
});

test("readTail() of an empty log gives nothing", () => {
  const { data, offset, overflow } = readTail(logOf(""), 0, 100);
  assert.deepEqual([data.length, offset, overflow], [0, 0, false]);
});

test("no two numbers make a log be asked for bytes that it does not have", () => {
  const number = fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer());
  fc.assert(
    fc.property(fc.nat(20), number, number, (size, offset, length) => {
      const log = logOf("x".repeat(size));
      readSlice(log, offset, length);
      assert.ok(readTail(log, offset, length).data.length <= size);
    }),
    { numRuns: 1000 },
  );
});

test("a tail that is followed by its own offset gives what was added, and nothing twice", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 20 })), (added) => {
    let text = "";
    let seen = "";
    let offset = 0;
    for (const more of added) {
      text += more.replace(/[^\x20-\x7e]/g, "?");
      const log = logOf(text);
      const tail = readTail(log, offset, log.size - offset);
      seen += decode(tail.data);
      ({ offset } = tail);
    }
    assert.equal(seen, text);
  }));
});
