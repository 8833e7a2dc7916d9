import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlainGroupConfig } from "../model/config.ts";
import type { ProcessState } from "../model/state.ts";
import { EventBus } from "./event_bus.ts";
import { remoteCommunication, supervisorState } from "./notifications.ts";
import type { ResultHandler } from "./result_handler.ts";
import { bytes, fakeClock, poolConfig, type PoolOptions, text } from "./testing.ts";

const web: PlainGroupConfig = { kind: "program", name: "web", priority: 999, processes: [] };

function busOf(serial?: number, handler?: ResultHandler) {
  const clock = fakeClock();
  const log: string[] = [];
  const heard: string[] = [];
  const bus = new EventBus({
    server: "lab",
    clock,
    log: (level, line) => log.push(`${level} ${line}`),
    write(_, process, message) {
      const [, serial, type, payload] = /serial:(\d+) .*eventname:(\S+).*\n([^]*)$/.exec(
        text(message),
      )!;
      heard.push(`${process} ${serial} ${type} ${payload}`);
      return true;
    },
    resultHandler: () => handler,
  }, serial);
  function change(group: string, from: ProcessState, to: ProcessState): void {
    bus.processState({ group, process: group, from, to, tries: 0, pid: 7, expected: false });
  }
  /** Adds a pool whose only process says READY and is RUNNING. */
  function addReady(options: PoolOptions & { readonly name: string }): void {
    bus.groupAdded(poolConfig(options));
    change(options.name, "STOPPED", "STARTING");
    bus.listenerOutput(options.name, options.name, bytes("READY\n"));
    change(options.name, "STARTING", "RUNNING");
  }
  const answer = (name: string, result = "OK") =>
    bus.listenerOutput(name, name, bytes(`RESULT ${result.length}\n${result}READY\n`));
  return { addReady, answer, bus, change, clock, heard, log };
}

const stopping = supervisorState("STOPPING");

test("the groups of listeners are pools, for as long as they are there", () => {
  const { addReady, bus } = busOf();
  bus.groupAdded(web);
  addReady({ name: "ear" });
  assert.deepEqual([bus.isPool("ear"), bus.isPool("web"), bus.isPool("none")], [
    true,
    false,
    false,
  ]);
  bus.groupRemoved("ear");
  assert.equal(bus.isPool("ear"), false);
});

test("an event that nobody wants uses up no serial", () => {
  const { addReady, bus, heard } = busOf();
  addReady({ name: "a", events: ["SUPERVISOR_STATE_CHANGE"] });
  bus.notify(remoteCommunication("t", "d"));
  bus.notify(stopping);
  assert.deepEqual(heard, ["a 0 SUPERVISOR_STATE_CHANGE_STOPPING "]);
  assert.equal(bus.serial, 1);
});

test("all pools get an event under the same serial, and names that overlap make no second copy", () => {
  const { addReady, answer, bus, heard } = busOf();
  const events = ["SUPERVISOR_STATE_CHANGE", "SUPERVISOR_STATE_CHANGE_STOPPING"];
  addReady({ name: "a", events });
  addReady({ name: "b", events });
  bus.notify(stopping);
  answer("a");
  assert.deepEqual(heard, [
    "a 0 SUPERVISOR_STATE_CHANGE_STOPPING ",
    "b 0 SUPERVISOR_STATE_CHANGE_STOPPING ",
  ]);
});

test("serials go on where those of the bus before ended", () => {
  const { bus } = busOf(41);
  bus.groupAdded(poolConfig({ events: ["SUPERVISOR_STATE_CHANGE"] }));
  bus.notify(stopping);
  assert.equal(bus.serial, 42);
});

test("a pool hears of its own beginning, of what comes after it, and not of its own end", () => {
  const { bus, log } = busOf();
  const group = { events: ["PROCESS_GROUP"], buffer_size: 1 };
  bus.groupAdded(web);
  assert.equal(bus.serial, 0);
  bus.groupAdded(poolConfig({ ...group, name: "a" }));
  bus.groupAdded(poolConfig({ ...group, name: "b" }));
  bus.groupRemoved("web");
  bus.groupRemoved("a");
  bus.groupRemoved("b");
  assert.deepEqual(log.filter((line) => line.startsWith("error")), [
    "error pool a event buffer overflowed, discarding event 0",
    "error pool a event buffer overflowed, discarding event 1",
    "error pool b event buffer overflowed, discarding event 1",
    "error pool b event buffer overflowed, discarding event 2",
  ]);
  assert.equal(bus.serial, 4);
});

test("a rejected event comes back to the pool that rejected it, and to no other", () => {
  const { addReady, answer, bus, clock, heard } = busOf();
  addReady({ name: "a", events: ["SUPERVISOR_STATE_CHANGE"] });
  addReady({ name: "b", events: ["SUPERVISOR_STATE_CHANGE"] });
  bus.notify(stopping);
  answer("b");
  answer("a", "FAIL");
  clock.tick(0);
  assert.deepEqual(heard.map((each) => each.slice(0, 3)), ["a 0", "b 0", "a 0"]);
});

test("a listener hears of itself entering RUNNING", () => {
  const { addReady, heard } = busOf();
  addReady({ name: "a", events: ["PROCESS_STATE_RUNNING"] });
  assert.deepEqual(heard, [
    "a 0 PROCESS_STATE_RUNNING processname:a groupname:a from_state:STARTING pid:7",
  ]);
});

test("the event of a listener's end waits behind the one that it had not answered", () => {
  const { addReady, answer, bus, change, clock, heard } = busOf();
  addReady({ name: "a", events: ["PROCESS_STATE_EXITED", "REMOTE_COMMUNICATION"], buffer_size: 2 });
  bus.notify(remoteCommunication("t", "1"));
  change("a", "RUNNING", "EXITED");
  clock.tick(0);
  change("a", "EXITED", "STARTING");
  change("a", "STARTING", "RUNNING");
  bus.listenerOutput("a", "a", bytes("READY\n"));
  answer("a");
  assert.deepEqual(heard.map((each) => each.split(" ").slice(1, 3).join(" ")), [
    "0 REMOTE_COMMUNICATION",
    "0 REMOTE_COMMUNICATION",
    "1 PROCESS_STATE_EXITED",
  ]);
});

test("a full buffer does not lose the unanswered event of a listener that ended", () => {
  const { addReady, bus, change, clock, heard } = busOf();
  addReady({ name: "a", events: ["PROCESS_STATE_EXITED", "REMOTE_COMMUNICATION"], buffer_size: 1 });
  bus.notify(remoteCommunication("t", "1"));
  change("a", "RUNNING", "EXITED");
  clock.tick(0);
  change("a", "EXITED", "STARTING");
  change("a", "STARTING", "RUNNING");
  bus.listenerOutput("a", "a", bytes("READY\n"));
  assert.deepEqual(heard.map((each) => each.slice(0, 3)), ["a 0", "a 0"]);
});

test("a listener that is ready is not handed the event of its own end", () => {
  const { addReady, change, heard } = busOf();
  addReady({ name: "a", events: ["PROCESS_STATE_EXITED"] });
  change("a", "RUNNING", "EXITED");
  assert.deepEqual(heard, []);
});

test("a pool may name another result handler", () => {
  const { addReady, answer, bus, log } = busOf(0, (result, { type }) => text(result) === type);
  addReady({ name: "a", events: ["SUPERVISOR_STATE_CHANGE"] });
  bus.notify(stopping);
  answer("a", stopping.type);
  assert.ok(log.includes("debug a: event was processed"));
});

test("ticks are told while somebody wants them, and no timer runs otherwise", () => {
  const { addReady, answer, bus, clock, heard } = busOf();
  bus.groupAdded(web);
  assert.equal(clock.armed, 0);
  addReady({ name: "a", events: ["TICK_60"] });
  addReady({ name: "b", events: ["TICK"], buffer_size: 20 });
  clock.tick(60_000);
  answer("b");
  assert.deepEqual(heard, ["b 0 TICK_5 when:5", "a 12 TICK_60 when:60", "b 1 TICK_5 when:10"]);
  bus.groupRemoved("b");
  assert.equal(clock.armed, 1);
  bus.groupRemoved("a");
  assert.equal(clock.armed, 0);
});

test("close() ends the ticks", () => {
  const { addReady, bus, clock } = busOf();
  addReady({ name: "a", events: ["EVENT"] });
  bus.close();
  assert.equal(clock.armed, 0);
});
