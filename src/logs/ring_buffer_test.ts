import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RingBuffer } from "./ring_buffer.ts";

const CAPACITY = 8192;

test("a ring begins empty", () => assert.equal(new RingBuffer().contents().length, 0));

test("a ring keeps the latest bytes of all that went in, in order", () => {
  const size = fc.oneof(
    fc.nat(20),
    fc.integer({ min: 200, max: 300 }),
    fc.integer({ min: 4000, max: 4200 }),
    fc.constantFrom(128, 256, 512, 1024, 2048, 4096),
    fc.constantFrom(0, CAPACITY - 1, CAPACITY, CAPACITY + 1, 3 * CAPACITY),
    fc.constant("clear" as const),
  );
  fc.assert(fc.property(fc.array(size, { maxLength: 25 }), (sizes) => {
    const ring = new RingBuffer();
    let naive: number[] = [];
    let next = 0;
    for (const size of sizes) {
      if (size === "clear") {
        ring.clear();
        naive = [];
        continue;
      }
      const chunk = Uint8Array.from({ length: size }, () => next++ % 251);
      ring.push(chunk);
      naive = [...naive, ...chunk].slice(-CAPACITY);
      assert.deepEqual([...ring.contents()], naive);
    }
  }));
});

test("a ring keeps its own copy", () => {
  const ring = new RingBuffer();
  const chunk = Uint8Array.of(1, 2, 3);
  ring.push(chunk);
  chunk.fill(9);
  ring.contents().fill(8);
  assert.deepEqual([...ring.contents()], [1, 2, 3]);
});
