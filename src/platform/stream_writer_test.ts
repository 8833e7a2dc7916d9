import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { libc } from "./libc.ts";
import { makePipe } from "./spawn.ts";
import { StreamWriter } from "./stream_writer.ts";

const O_NONBLOCK = 0o4000;
const F_SETFL = 4;
const SIGPIPE = 13;
const SIG_IGN = 1;
/** What a pipe and the queue before it hold together, and more. */
const TOO_MUCH = 1_500_000;

/** A blocking write end, as a container gives us, and a read end that can be emptied. */
function openStream() {
  const { read, write } = makePipe()!;
  libc().fcntl(read, F_SETFL, O_NONBLOCK);
  libc().signal(SIGPIPE, SIG_IGN);
  const clock = new FakeClock();
  const buffer = new Uint8Array(1 << 20);
  const lost: string[] = [];
  const writer = new StreamWriter(write, clock);
  const readNow = () => {
    const count = libc().read(read, buffer, buffer.length);
    return new TextDecoder().decode(buffer.subarray(0, Math.max(0, count)));
  };
  const open = new Set([read, write]);
  const close = (fd: number) => open.delete(fd) && libc().close(fd);
  return {
    clock,
    writer,
    lost,
    /** A source of lines. */
    source(name: string) {
      const from = { lost: (count: number, why: string) => lost.push(`${name}: ${count}, ${why}`) };
      return (text: string | Uint8Array) =>
        writer.write(from, typeof text === "string" ? new TextEncoder().encode(text) : text);
    },
    readNow,
    readAll() {
      let got = "";
      for (let i = 0; i < 200; i++) {
        got += readNow();
        clock.tick(250);
      }
      return got;
    },
    closeReader: () => close(read),
    [Symbol.dispose]: () => [...open].forEach(close),
  };
}

test("what there is room for is written at once", () => {
  using pipe = openStream();
  pipe.source("a")("one\n");
  assert.equal(pipe.readNow(), "one\n");
  assert.equal(pipe.clock.pending, 0);
});

test("a reader that stalls does not stop us, and gets everything in order when it goes on", () => {
  using pipe = openStream();
  const [a, b] = [pipe.source("a"), pipe.source("b")];
  const line = "x".repeat(999) + "\n";
  for (let i = 0; i < 300; i++) (i % 2 ? a : b)(`${i} ${line}`);
  assert.equal(pipe.readAll(), Array.from({ length: 300 }, (_, i) => `${i} ${line}`).join(""));
  assert.equal(pipe.clock.pending, 0);
  assert.deepEqual(pipe.lost, []);
});

test("a line that another source interrupts ends there, and what comes of it later is a line of its own", () => {
  using pipe = openStream();
  const [a, b] = [pipe.source("a"), pipe.source("b")];
  a("long ");
  a("line ");
  b("other\n");
  a("rest\n");
  b("next\n");
  assert.equal(pipe.readNow(), "long line \nother\nrest\nnext\n");
});

test("endLine() ends a line that is not at its end, and no other", () => {
  using pipe = openStream();
  const write = pipe.source("a");
  pipe.writer.endLine();
  write("whole\n");
  pipe.writer.endLine();
  write("half");
  pipe.writer.endLine();
  assert.equal(pipe.readNow(), "whole\nhalf\n");
});

test("what finds no room is refused as a whole, also what would fit, until nothing waits any more", () => {
  using pipe = openStream();
  const write = pipe.source("a");
  write(new Uint8Array(TOO_MUCH).fill(65));
  write("\n");
  write("refused\n");
  assert.deepEqual(pipe.lost, [
    "a: 1, its reader is too slow",
    "a: 8, its reader is too slow",
  ]);
  const before = pipe.readAll();
  assert.equal(before.length, TOO_MUCH);
  write("taken\n");
  assert.equal(pipe.readNow(), "\ntaken\n", "the line that lost its end is ended");
  assert.equal(pipe.clock.pending, 0);
});

test("a refused line of one source does not break a line of another", () => {
  using pipe = openStream();
  const [a, b] = [pipe.source("a"), pipe.source("b")];
  a(new Uint8Array(TOO_MUCH).fill(65));
  b("refused\n");
  pipe.readAll();
  a("end\n");
  assert.equal(pipe.readNow(), "end\n");
  assert.deepEqual(pipe.lost, ["b: 8, its reader is too slow"]);
});

test("a reader that is gone is told to every source that still had something in the queue", () => {
  using pipe = openStream();
  pipe.source("a")(new Uint8Array(200_000).fill(65));
  pipe.source("b")("waiting\n");
  pipe.closeReader();
  pipe.clock.tick(1000);
  assert.deepEqual(pipe.lost, [`a: ${200_000 - 65_536}, EPIPE`, "b: 8, EPIPE"]);
  assert.equal(pipe.clock.pending, 0, "nobody tries again and again");
});

test("whenIdle() waits for what is in the queue", () => {
  using pipe = openStream();
  let idle = 0;
  pipe.source("a")(new Uint8Array(100_000));
  pipe.writer.whenIdle(() => idle++);
  assert.equal(idle, 0);
  pipe.readAll();
  assert.equal(idle, 1);
  pipe.writer.whenIdle(() => idle++);
  assert.equal(idle, 2);
});

test("finish() gives a reader that does not read only so long", () => {
  using pipe = openStream();
  pipe.source("a")(new Uint8Array(100_000));
  pipe.writer.finish(1);
  assert.equal(pipe.readNow().length, 65_536);
  pipe.writer.finish(1);
  assert.equal(pipe.readNow().length, 100_000 - 65_536);
});
