import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, until } from "../../tests/support/bounded.ts";
import { libc } from "./libc.ts";
import { PipeReader } from "./pipe_reader.ts";
import { makePipe } from "./spawn.ts";

const F_SETFL = 4;
const F_SETPIPE_SZ = 1031;
const O_NONBLOCK = 0o4000;

/** A pipe whose ends never block, and a reader of it that notes what it hears. */
function openPipe() {
  const pipe = makePipe()!;
  for (const fd of [pipe.read, pipe.write]) libc().fcntl(fd, F_SETFL, O_NONBLOCK);
  const heard = { bytes: [] as number[], largest: 0, ends: 0 };
  let wake = () => {};
  const reader = new PipeReader(pipe.read, {
    onData(chunk) {
      for (const byte of chunk) heard.bytes.push(byte);
      heard.largest = Math.max(heard.largest, chunk.length);
      wake();
    },
    onEnd() {
      heard.ends++;
      wake();
    },
  });
  return {
    reader,
    heard,
    /** @returns How much went. */
    write: (bytes: Uint8Array) => libc().write(pipe.write, bytes, bytes.length),
    /** Makes room for so many bytes. */
    widen: (length: number) => libc().fcntl(pipe.write, F_SETPIPE_SZ, length),
    closeWriter: () => libc().close(pipe.write),
    /** Resolves at the next word from the reader. */
    heardMore: () => bounded("word from the pipe", new Promise<void>((resolve) => wake = resolve)),
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

test("every byte of a megabyte arrives, in order, and the end once", async () => {
  const { reader, heard, write, closeWriter, heardMore } = openPipe();
  const all = pattern(1_048_576 + 17);
  for (let sent = 0; sent < all.length;) {
    const count = write(all.subarray(sent));
    if (count > 0) sent += count;
    else await heardMore();
  }
  closeWriter();
  while (heard.ends === 0) await heardMore();
  assert.deepEqual(Uint8Array.from(heard.bytes), all);
  reader.drain();
  assert.equal(heard.ends, 1);
});

test("drain() reads what the pipe holds before it returns", () => {
  const { reader, heard, write, closeWriter } = openPipe();
  write(bytes("last words"));
  reader.drain();
  assert.deepEqual(Uint8Array.from(heard.bytes), bytes("last words"));
  assert.equal(heard.ends, 0);
  closeWriter();
  reader.drain();
  assert.equal(heard.ends, 1);
});

test("drain() of an empty pipe returns at once", () => {
  const { reader, heard, closeWriter } = openPipe();
  reader.drain();
  assert.deepEqual([heard.bytes, heard.ends], [[], 0]);
  reader.close();
  closeWriter();
});

test("no read takes more than 131072 bytes", () => {
  const { reader, heard, write, widen, closeWriter } = openPipe();
  widen(524_288);
  const sent = write(pattern(300_000));
  closeWriter();
  reader.drain();
  assert.equal(heard.bytes.length, sent);
  assert.equal(heard.largest, 131_072);
});

test("drained and watched bytes come in order, each once", async () => {
  const { reader, heard, write, closeWriter } = openPipe();
  const all = pattern(4000);
  for (let at = 0; at < all.length; at += 10) {
    write(all.subarray(at, at + 10));
    if (at % 30 === 0) reader.drain();
    if (at % 40 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  closeWriter();
  await until("the end", () => heard.ends > 0);
  assert.deepEqual(Uint8Array.from(heard.bytes), all);
});

test("after close() nothing is heard any more, and the descriptor is let go", async () => {
  const { reader, heard, write, closeWriter } = openPipe();
  write(bytes("unread"));
  reader.close();
  reader.close();
  reader.drain();
  await until("the end of the read end", () => write(bytes("more")) < 0);
  closeWriter();
  assert.deepEqual([heard.bytes, heard.ends], [[], 0]);
});
