import assert from "node:assert/strict";
import { test } from "node:test";
import { ListenerPool } from "./listener_pool.ts";
import { remoteCommunication } from "./notifications.ts";
import { defaultHandler, type ResultHandler } from "./result_handler.ts";
import { bytes, fakeClock, poolConfig, type PoolOptions, text } from "./testing.ts";

const OK = "RESULT 2\nOK";
const FAIL = "RESULT 4\nFAIL";
const READY = "READY\n";

/** A pool whose listeners' stdin are lists, with the ear of a test in its log. */
function poolOf(options: PoolOptions = {}, handler: ResultHandler = defaultHandler) {
  const clock = fakeClock();
  const log: string[] = [];
  const written: string[] = [];
  const broken = new Set<string>();
  const pool = new ListenerPool(poolConfig(options), handler, {
    server: "lab",
    clock,
    log: (level, line) => log.push(`${level} ${line}`),
    write(group, process, message) {
      assert.equal(group, options.name ?? "ear");
      if (broken.has(process)) return false;
      const [, serial, poolserial] = /serial:(\d+) .*poolserial:(\d+)/.exec(text(message))!;
      written.push(`${process} ${serial}/${poolserial}`);
      return true;
    },
  });
  function start(process = "ear"): void {
    for (const state of ["STARTING", "RUNNING"] as const) {
      pool.entering(process, state);
      pool.entered(process, state);
    }
  }
  function end(process = "ear"): void {
    pool.entering(process, "EXITED");
    pool.entered(process, "EXITED");
  }
  const say = (what: string, process = "ear") => pool.output(process, bytes(what));
  const accept = (...serials: number[]) => {
    for (const serial of serials) pool.accept(remoteCommunication("t", `${serial}`), serial);
  };
  return { accept, broken, clock, end, log, pool, say, start, written };
}

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

test("a rejected event comes back first, with the same serials, after other work", () => {
  const { accept, clock, say, start, written, log } = poolOf();
  start();
  say(READY);
  accept(0, 1);
  log.length = 0;
  say(FAIL + READY);
  assert.deepEqual(log, [
    "warn ear: event was rejected",
    "debug ear: BUSY -> ACKNOWLEDGED",
    "debug rebuffering event 0 for pool ear (buf size=1, max=10)",
    "debug ear: ACKNOWLEDGED -> READY",
  ]);
  assert.deepEqual(written, ["ear 0/0"]);
  clock.tick(0);
  assert.deepEqual(written, ["ear 0/0", "ear 0/0"]);
});

test("a listener that rejects everything gets one delivery a turn", () => {
  const { accept, clock, say, start, written } = poolOf();
  start();
  say(READY);
  accept(0);
  for (let turn = 1; turn <= 100; turn++) {
    say(FAIL + READY);
    assert.equal(written.length, turn);
    clock.tick(0);
  }
  assert.equal(clock.armed, 0);
});

test("a rejected event pushes the oldest one out of a full buffer", () => {
  const { accept, say, start, written, log, clock } = poolOf({ buffer_size: 2 });
  start();
  say(READY);
  accept(0, 1, 2);
  log.length = 0;
  say(FAIL + READY);
  assert.deepEqual(log.slice(2, 4), [
    "debug rebuffering event 0 for pool ear (buf size=2, max=2)",
    "error pool ear event buffer overflowed, discarding event 1",
  ]);
  clock.tick(0);
  say(OK + READY);
  assert.deepEqual(written, ["ear 0/0", "ear 0/0", "ear 2/2"]);
});

test("a bad result line ends the listener's service, and another one gets the event", () => {
  const { accept, clock, say, start, written, log } = poolOf({ processes: ["a", "b"] });
  for (const process of ["a", "b"]) {
    start(process);
    say(READY, process);
  }
  accept(0);
  log.length = 0;
  say("this is not a result\n", "a");
  assert.deepEqual(log, [
    "warn a: bad result line: 'this is not a result'",
    "debug a: BUSY -> UNKNOWN",
    "warn a: has entered the UNKNOWN state and will no longer receive events, this usually " +
    "indicates the process violated the eventlistener protocol",
    "debug rebuffering event 0 for pool ear (buf size=0, max=10)",
  ]);
  clock.tick(0);
  say(READY, "a");
  say(OK + READY, "b");
  accept(1);
  assert.deepEqual(written, ["a 0/0", "b 0/0", "b 1/1"]);
});

test("a listener that makes the handler fail is not asked again", () => {
  const { accept, clock, say, start, written, log } = poolOf({}, (_, event) => {
    throw new Error(event.payload);
  });
  start();
  say(READY);
  accept(0);
  log.length = 0;
  say(OK + READY);
  clock.tick(0);
  assert.deepEqual(log.slice(0, 2), [
    "warn ear: event caused an error",
    "debug ear: BUSY -> UNKNOWN",
  ]);
  assert.deepEqual(written, ["ear 0/0"]);
});

test("what a listener had not answered when it exited goes to its next process", () => {
  const { accept, clock, end, say, start, written } = poolOf();
  start();
  say(READY);
  accept(0, 1);
  say("RESULT 2\nO");
  end();
  say("K");
  start();
  clock.tick(0);
  say(READY);
  say(OK + READY);
  assert.deepEqual(written, ["ear 0/0", "ear 0/0", "ear 1/1"]);
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
