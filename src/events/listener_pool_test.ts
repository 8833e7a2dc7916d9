import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, poolOf } from "./testing.ts";

const OK = "RESULT 2\nOK";
const READY = "READY\n";

test("an event goes to a listener that is ready at once", () => {
  const { accept, say, start, written, log } = poolOf();
  start();
  say(READY);
  accept(7);
  assert.deepEqual(written, ["ear 7/0"]);
  assert.deepEqual(log, ["debug ear: ACKNOWLEDGED -> READY", "debug event 7 sent to listener ear"]);
});

test("events wait until a listener is ready, and go out in their order", () => {
  const { accept, say, start, written } = poolOf();
  start();
  accept(3, 5, 8);
  say(READY);
  assert.deepEqual(written, ["ear 3/0"]);
  say(OK);
  say(READY);
  say(OK + READY);
  assert.deepEqual(written, ["ear 3/0", "ear 5/1", "ear 8/2"]);
});

test("a listener that is ready gets nothing before its process is RUNNING", () => {
  const { accept, pool, say, written } = poolOf();
  pool.entering("ear", "STARTING");
  pool.entered("ear", "STARTING");
  say(READY);
  accept(0);
  assert.deepEqual(written, []);
  pool.entering("ear", "RUNNING");
  pool.entered("ear", "RUNNING");
  assert.deepEqual(written, ["ear 0/0"]);
});

test("a listener that is being stopped gets nothing more", () => {
  const { accept, pool, say, start, written } = poolOf();
  start();
  say(READY);
  pool.entering("ear", "STOPPING");
  accept(0);
  assert.deepEqual(written, []);
});

test("the first free listener in the order of the configuration gets the event", () => {
  const { accept, say, start, written } = poolOf({ processes: ["b", "a", "c"] });
  for (const process of ["c", "a", "b"]) {
    start(process);
    say(READY, process);
  }
  accept(0, 1, 2, 3);
  say(OK + READY, "a");
  assert.deepEqual(written, ["b 0/0", "a 1/1", "c 2/2", "a 3/3"]);
});

test("a full buffer drops its oldest event and says so", () => {
  const { accept, say, start, written, log } = poolOf({ buffer_size: 2 });
  accept(10, 11, 12);
  assert.deepEqual(log.filter((line) => line.startsWith("error")), [
    "error pool ear event buffer overflowed, discarding event 10",
  ]);
  start();
  say(READY);
  assert.deepEqual(written, ["ear 11/1"]);
});

test("an event that nobody can take is put back, and the log tells how many others wait", () => {
  const { accept, log } = poolOf();
  accept(4, 5);
  assert.deepEqual(log, [
    "debug rebuffering event 4 for pool ear (buf size=0, max=10)",
    "debug rebuffering event 4 for pool ear (buf size=1, max=10)",
  ]);
});

test("nobody reads: the next listener is tried, and the state stays as it is", () => {
  const { accept, broken, say, start, written, log } = poolOf({ processes: ["a", "b"] });
  for (const process of ["a", "b"]) {
    start(process);
    say(READY, process);
  }
  broken.add("a");
  log.length = 0;
  accept(0);
  assert.deepEqual(log, [
    "debug epipe occurred while sending event 0 to listener a, listener state unchanged",
    "debug event 0 sent to listener b",
  ]);
  broken.clear();
  accept(1);
  assert.deepEqual(written, ["b 0/0", "a 1/1"]);
});

test("nobody reads at all: the event waits for the next occasion", () => {
  const { accept, broken, clock, say, start, written } = poolOf();
  start();
  say(READY);
  broken.add("ear");
  accept(0);
  assert.equal(clock.armed, 0);
  broken.clear();
  accept(1);
  assert.deepEqual(written, ["ear 0/0"]);
});

test("other processes and their output mean nothing to a pool", () => {
  const { pool, log } = poolOf();
  pool.entering("other", "RUNNING");
  pool.entered("other", "RUNNING");
  pool.output("other", bytes("x"));
  pool.output("ear", bytes("not started"));
  assert.deepEqual(log, []);
});
