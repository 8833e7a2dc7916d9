import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { poolOf } from "./testing.ts";

const OK = "RESULT 2\nOK";
const READY = "READY\n";
const FAIL = "RESULT 4\nFAIL";

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

test("events that two listeners give back in one turn come again together, in their order", () => {
  const { accept, clock, say, start, written } = poolOf({ processes: ["a", "b"] });
  for (const process of ["a", "b"]) {
    start(process);
    say(READY, process);
  }
  accept(0, 1);
  for (const process of ["b", "a"]) say(FAIL + READY, process);
  assert.equal(clock.armed, 1);
  clock.tick(0);
  assert.deepEqual(written, ["a 0/0", "b 1/1", "a 0/0", "b 1/1"]);
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

type Ear = ReturnType<typeof poolOf>;

/** An event arrives. */
interface Arrival {
  readonly type: "event";
}

/** Something that listeners do, or that befalls them. */
type Action =
  | { readonly type: "turn" }
  | { readonly type: "breaks" | "exits" | "restarts"; readonly process: string }
  | { readonly type: "says"; readonly process: string; readonly what: string };

const process = fc.constantFrom("a", "b", "c");
const sentence = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(READY, OK, FAIL, OK + READY, FAIL + READY) },
  fc.constantFrom("RESULT 99999999999\n", "garbage\n", "R", "x".repeat(5000), OK + "\n" + READY),
);
const action: fc.Arbitrary<Action | Arrival> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom("event", "turn") }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("says"), process, what: sentence }) },
  fc.record({ type: fc.constantFrom("breaks", "exits", "restarts"), process }),
);

function act(ear: Ear, action: Action): void {
  switch (action.type) {
    case "turn":
      return ear.clock.tick(0);
    case "says":
      return ear.say(action.what, action.process);
    case "breaks":
      return void ear.broken.add(action.process);
    case "exits":
      return ear.end(action.process);
    case "restarts":
      ear.end(action.process);
      return ear.start(action.process);
  }
}

test("however listeners behave, an event is acknowledged, discarded aloud, or delivered again", () => {
  const run = (buffer_size: number, actions: readonly (Action | Arrival)[]) => {
    const ear = poolOf({ processes: ["a", "b", "c"], buffer_size });
    const audit = new Audit(ear);
    let serial = 0;
    for (const each of actions) {
      if (each.type === "event") ear.accept(serial++);
      else act(ear, each);
      audit.check();
    }
    // In the end everybody behaves.
    ear.broken.clear();
    for (const name of ["a", "b", "c"]) {
      act(ear, { type: "restarts", process: name });
      ear.say(READY, name);
    }
    ear.clock.tick(0);
    audit.check();
    for (let left = serial; left > 0; left--) {
      const holder = audit.holder();
      if (holder !== undefined) ear.say(OK + READY, holder);
      audit.check();
    }
    assert.deepEqual(audit.settled(), Array.from({ length: serial }, (_, i) => i));
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(action, { maxLength: 60 }), run),
    { numRuns: 1000 },
  );
});

/** Follows from outside where each event is, by what is written and what the log says. */
class Audit {
  readonly #ear: Ear;
  readonly #held = new Map<string, number>();
  readonly #done = new Set<number>();
  #read = 0;

  constructor(ear: Ear) {
    this.#ear = ear;
  }

  /** Any listener that has an event. */
  holder(): string | undefined {
    return [...this.#held.keys()][0];
  }

  /** Serials of the events that nobody waits for any more. */
  settled(): number[] {
    return [...this.#done].sort((a, b) => a - b);
  }

  check(): void {
    for (const line of this.#ear.log.slice(this.#read)) this.#hear(line);
    this.#read = this.#ear.log.length;
  }

  #hear(line: string): void {
    const processed = /^debug (.): event was processed/.exec(line);
    if (processed) return this.#settle(this.#release(processed[1]!));
    const discarded = /discarding event (\d+)$/.exec(line);
    if (discarded) return this.#settle(Number(discarded[1]));
    const sent = /^debug event (\d+) sent to listener (.)$/.exec(line);
    if (sent) return this.#hold(sent[2]!, Number(sent[1]));
    const back = /^debug rebuffering event (\d+)/.exec(line);
    if (!back) return;
    const holder = [...this.#held].find(([, serial]) => serial === Number(back[1]));
    if (holder) this.#held.delete(holder[0]);
  }

  #release(process: string): number {
    const serial = this.#held.get(process);
    assert.ok(serial !== undefined, `${process} has no event`);
    this.#held.delete(process);
    return serial;
  }

  #settle(serial: number): void {
    assert.ok(!this.#done.has(serial), `event ${serial} was settled before`);
    this.#done.add(serial);
  }

  #hold(process: string, serial: number): void {
    assert.ok(!this.#held.has(process), `${process} got a second event`);
    assert.ok(![...this.#held.values()].includes(serial), `event ${serial} went out twice`);
    assert.ok(!this.#done.has(serial), `event ${serial} came back from the dead`);
    this.#held.set(process, serial);
  }
}
