import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { libc } from "./libc.ts";
import { PipeWriter } from "./pipe_writer.ts";
import { makePipe } from "./spawn.ts";

const F_SETFL = 4;
const F_GETFD = 1;
const O_NONBLOCK = 0o4000;

/** A pipe that takes 64 KiB before somebody reads. */
function openPipe() {
  const pipe = makePipe()!;
  for (const fd of [pipe.read, pipe.write]) libc().fcntl(fd, F_SETFL, O_NONBLOCK);
  const clock = new FakeClock();
  const buffer = new Uint8Array(65_536);
  return {
    clock,
    fd: pipe.write,
    writer: new PipeWriter(pipe.write, clock),
    read(): Uint8Array {
      const count = libc().read(pipe.read, buffer, buffer.length);
      return buffer.slice(0, Math.max(0, count));
    },
    closeReader: () => libc().close(pipe.read),
  };
}

const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

test("what fits is written at once", () => {
  const { writer, read, clock, closeReader } = openPipe();
  assert.equal(writer.write(pattern(10)), true);
  assert.deepEqual(read(), pattern(10));
  assert.equal(clock.pending, 0);
  writer.close();
  closeReader();
});

test("what does not fit waits for its reader, and keeps its order", () => {
  const { writer, read, clock, closeReader } = openPipe();
  const all = pattern(300_000);
  const own = all.slice();
  assert.equal(writer.write(own.subarray(0, 200_000)), true);
  assert.equal(writer.write(own.subarray(200_000)), true);
  own.fill(0); // the caller may do with its bytes what it likes
  const got: number[] = [];
  for (let idle = 0; got.length < all.length && idle < 50; idle++) {
    got.push(...read());
    clock.tick(1000);
  }
  assert.deepEqual(Uint8Array.from(got), all);
  assert.equal(clock.pending, 0);
  writer.close();
  closeReader();
});

test("a reader that reads nothing is looked after ever more rarely", () => {
  const { writer, clock, closeReader } = openPipe();
  writer.write(pattern(100_000));
  clock.tick(600_000); // throws if it tries hotly
  assert.equal(clock.pending, 1);
  writer.close();
  assert.equal(clock.pending, 0);
  closeReader();
});

test("a pipe that nobody reads any more takes nothing, and is closed", () => {
  const { writer, fd, closeReader } = openPipe();
  closeReader();
  assert.equal(writer.write(pattern(10)), false);
  assert.equal(libc().fcntl(fd, F_GETFD, 0), -1);
  assert.equal(writer.write(pattern(10)), false);
});

test("a reader that goes while bytes wait ends the waiting", () => {
  const { writer, clock, closeReader } = openPipe();
  writer.write(pattern(100_000));
  closeReader();
  clock.tick(1000);
  assert.equal(clock.pending, 0);
  assert.equal(writer.write(pattern(1)), false);
});

test("no more than 16 MiB wait", () => {
  const { writer, clock, closeReader } = openPipe();
  assert.equal(writer.write(new Uint8Array(65_536)), true);
  assert.equal(writer.write(new Uint8Array(16 * 1024 * 1024)), true);
  assert.equal(writer.write(new Uint8Array(1)), false);
  writer.close();
  assert.equal(clock.pending, 0);
  closeReader();
});

test("close() lets the descriptor go, once", () => {
  const { writer, fd, closeReader } = openPipe();
  writer.close();
  assert.equal(libc().fcntl(fd, F_GETFD, 0), -1);
  const { fd: reused, writer: other, closeReader: closeOther } = openPipe();
  writer.close(); // must not close what has the number now
  assert.notEqual(libc().fcntl(reused, F_GETFD, 0), -1);
  other.close();
  closeReader();
  closeOther();
});
