import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, until } from "../../tests/support/bounded.ts";
import { libc } from "./libc.ts";
import { openReadiness, type Readiness } from "./readiness.ts";
import { makePipe } from "./spawn.ts";

type Runtime = Parameters<typeof openReadiness>[0];

/** Deno has no stream that polls a descriptor: there each pipe is watched by itself. */
const bun = (globalThis as { Bun?: Runtime }).Bun;
const testOnBun = bun ? test : test.skip;

let opened: Readiness | undefined;

function readiness(): Readiness {
  opened ??= openReadiness(bun!) ?? undefined;
  assert.ok(opened, "the kernel has AIO");
  return opened;
}

const byte = new Uint8Array([7]);
const scratch = new Uint8Array(16);
const large = new Uint8Array(4096);

/** A watched pipe that counts how often it was readable, and reads one byte each time. */
function watchedPipe(onReadable: () => void = () => {}) {
  const pipe = makePipe()!;
  const seen = { count: 0 };
  const isWatched = readiness().watch(pipe.read, {
    takeTurn() {
      seen.count++;
      libc().read(pipe.read, scratch, 1);
      onReadable();
      return 1;
    },
  });
  assert.ok(isWatched);
  const stop = () => readiness().unwatch(pipe.read);
  return {
    seen,
    stop,
    write: () => libc().write(pipe.write, byte, 1),
    close() {
      stop();
      for (const fd of [pipe.read, pipe.write]) libc().close(fd);
    },
  };
}

testOnBun("each of many pipes is told of, as often as there is something in it", async () => {
  const pipes = Array.from({ length: 300 }, () => watchedPipe());
  for (const pipe of pipes) pipe.write();
  pipes[17]!.write();
  await until("the two bytes of one", () => pipes[17]!.seen.count === 2);
  await until("a byte of each", () => pipes.every(({ seen }) => seen.count >= 1));
  assert.equal(pipes.reduce((sum, { seen }) => sum + seen.count, 0), 301);
  for (const pipe of pipes) pipe.close();
});

testOnBun("a pipe that is not watched any more is not told of", async () => {
  const [left, watched] = [watchedPipe(), watchedPipe()];
  left.stop();
  left.write();
  watched.write();
  await until("the other one", () => watched.seen.count === 1);
  assert.equal(left.seen.count, 0);
  left.close();
  watched.close();
});

testOnBun("a pipe that another one's turn closes is not told of in the same turn", async () => {
  const pipes: ReturnType<typeof watchedPipe>[] = [];
  const closeOther = (other: number) => () => pipes[other]!.stop();
  pipes.push(watchedPipe(closeOther(1)), watchedPipe(closeOther(0)));
  for (const pipe of pipes) pipe.write();
  const marker = watchedPipe();
  await until("one of the two", () => pipes[0]!.seen.count + pipes[1]!.seen.count === 1);
  marker.write();
  await until("the marker", () => marker.seen.count === 1);
  assert.equal(pipes[0]!.seen.count + pipes[1]!.seen.count, 1);
  for (const pipe of [...pipes, marker]) pipe.close();
});

testOnBun("timers and immediates have their turn while a pipe is never empty", async () => {
  const busy = watchedPipe(() => busy.write());
  busy.write();
  await bounded("a timer", new Promise((resolve) => setTimeout(resolve, 1)));
  await bounded("an immediate", new Promise((resolve) => setImmediate(resolve)));
  const before = busy.seen.count;
  await until("more", () => busy.seen.count > before);
  busy.close();
});

testOnBun("who writes again and again is read a few at a time, and loses nothing", async () => {
  const pipe = makePipe()!;
  const turns: number[] = [];
  let sent = 0;
  readiness().watch(pipe.read, {
    takeTurn() {
      const count = libc().read(pipe.read, large, large.length);
      turns.push(count);
      return count;
    },
  });
  while (sent < 2000) {
    sent += libc().write(pipe.write, byte, 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until("all of it", () => turns.reduce((sum, count) => sum + count, 0) === sent);
  assert.ok(turns.length < sent / 4, `${turns.length} turns`);
  readiness().unwatch(pipe.read);
  for (const fd of [pipe.read, pipe.write]) libc().close(fd);
});

testOnBun("what cannot be watched is refused", () => {
  const file = libc().open(new TextEncoder().encode("/proc/self/maps\0"), 0, 0);
  assert.equal(readiness().watch(file, { takeTurn: () => 0 }), false);
  libc().close(file);
});
