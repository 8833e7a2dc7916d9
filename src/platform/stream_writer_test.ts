import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { libc } from "./libc.ts";
import { makePipe } from "./spawn.ts";
import { StreamWriter } from "./stream_writer.ts";

const O_NONBLOCK = 0o4000;
const F_SETFL = 4;

/** A blocking write end, as a container gives us, and a read end that can be emptied. */
function openStream() {
  const { read, write } = makePipe()!;
  libc().fcntl(read, F_SETFL, O_NONBLOCK);
  const clock = new FakeClock();
  const buffer = new Uint8Array(1 << 20);
  return {
    clock,
    stream: new StreamWriter(write, clock),
    readAll() {
      const count = libc().read(read, buffer, buffer.length);
      return new TextDecoder().decode(buffer.subarray(0, Math.max(0, count)));
    },
    closeReader: () => libc().close(read),
    [Symbol.dispose]: () => [read, write].forEach((fd) => libc().close(fd)),
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("what there is room for is written at once", () => {
  using pipe = openStream();
  pipe.stream.write(bytes("one\n"));
  assert.equal(pipe.readAll(), "one\n");
  assert.equal(pipe.clock.pending, 0);
});

test("a reader that stalls does not stop us, and gets everything in order when it goes on", () => {
  using pipe = openStream();
  const line = "x".repeat(999) + "\n";
  for (let i = 0; i < 300; i++) pipe.stream.write(bytes(`${i} ${line}`));
  let got = "";
  for (let i = 0; i < 100; i++) {
    got += pipe.readAll();
    pipe.clock.tick(250);
  }
  assert.equal(got, Array.from({ length: 300 }, (_, i) => `${i} ${line}`).join(""));
  assert.equal(pipe.clock.pending, 0);
});

test("what waits is bounded, and what finds no room is refused as a whole", () => {
  using pipe = openStream();
  const block = new Uint8Array(500_000).fill(65);
  pipe.stream.write(block);
  pipe.stream.write(block);
  assert.throws(() => pipe.stream.write(block), { code: "EAGAIN" });
});

test("a reader that is gone is told by its code", () => {
  const pipe = openStream();
  libc().signal(13, 1);
  pipe.closeReader();
  assert.throws(() => pipe.stream.write(bytes("x")), { code: "EPIPE" });
});
