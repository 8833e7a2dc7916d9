import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProcessState, STATE_CODES } from "../../src/model/state.ts";
import { FLEET } from "./soak_fleet.ts";
import {
  afterAnswer,
  afterLook,
  type Answer,
  answersTo,
  anyOf,
  chosen,
  drift,
  fresh,
  passedOver,
  type Request,
  resting,
  type Temper,
} from "./soak_model.ts";

const steady: Temper = { life: "stays", quick: true, returns: true, autostart: true };
const tempers: Readonly<Record<string, Temper>> = {
  steady,
  slow: { ...steady, quick: false },
  crasher: { ...steady, life: "ends" },
  oneshot: { ...steady, life: "ends", returns: false },
  doomed: { ...steady, life: "fails", quick: false },
  missing: { ...steady, life: "missing" },
};

const START: Request = { type: "start", wait: true };
const STOP: Request = { type: "stop", wait: true };
const KILL: Request = { type: "signal", deadly: true };

const rests: readonly (readonly [string, ProcessState, readonly ProcessState[]])[] = [
  ["steady", "STARTING", ["RUNNING"]],
  ["steady", "EXITED", ["RUNNING"]],
  ["steady", "STOPPING", ["STOPPED"]],
  ["slow", "BACKOFF", ["RUNNING"]],
  ["crasher", "RUNNING", ["EXITED", "RUNNING", "STARTING"]],
  ["crasher", "STOPPED", ["STOPPED"]],
  ["oneshot", "STARTING", ["EXITED"]],
  ["doomed", "STARTING", ["FATAL"]],
  ["doomed", "BACKOFF", ["FATAL"]],
  ["missing", "STARTING", ["FATAL"]],
];

for (const [kind, from, to] of rests) {
  test(`a ${kind} program that is ${from} comes to rest in ${to.join(", ")}`, () => {
    assert.deepEqual([...resting(new Set([from]), tempers[kind]!)].toSorted(), to);
  });
}

/** From a state: the request, its only answer, and where the program may be then. */
const answers: readonly (readonly [string, ProcessState, Request, Answer, string])[] = [
  ["steady", "STOPPED", START, "OK", "RUNNING"],
  ["steady", "RUNNING", START, "ALREADY_STARTED", "RUNNING"],
  ["steady", "RUNNING", STOP, "OK", "STOPPED"],
  ["steady", "RUNNING", { type: "stop", wait: false }, "OK", "STOPPED STOPPING"],
  ["steady", "RUNNING", KILL, "OK", "EXITED RUNNING STARTING"],
  ["steady", "STOPPED", KILL, "NOT_RUNNING", "STOPPED"],
  ["steady", "STOPPING", STOP, "NOT_RUNNING", "STOPPED STOPPING"],
  ["steady", "STOPPING", START, "ABNORMAL_TERMINATION", "STOPPED STOPPING"],
  ["slow", "STARTING", KILL, "OK", "BACKOFF RUNNING STARTING"],
  ["slow", "STOPPED", { type: "start", wait: false }, "OK", "RUNNING STARTING"],
  ["crasher", "EXITED", STOP, "OK", "STOPPED"],
  ["crasher", "EXITED", START, "OK", "EXITED RUNNING STARTING"],
  ["oneshot", "EXITED", STOP, "NOT_RUNNING", "EXITED"],
  ["oneshot", "EXITED", START, "OK", "EXITED RUNNING"],
  ["doomed", "FATAL", START, "SPAWN_ERROR", "BACKOFF FATAL STARTING"],
  ["doomed", "BACKOFF", STOP, "OK", "STOPPED"],
  ["missing", "FATAL", START, "NO_FILE", "FATAL"],
  ["missing", "BACKOFF", STOP, "OK", "STOPPED"],
];

for (const [kind, from, request, answer, to] of answers) {
  test(`a ${kind} program that is ${from} answers ${answer} to ${JSON.stringify(request)}`, () => {
    const states = new Set([from]);
    const temper = tempers[kind]!;
    assert.deepEqual([...answersTo(states, request, temper)], [answer]);
    const after = afterAnswer(states, request, answer, temper);
    assert.deepEqual([...after].toSorted().join(" "), to);
  });
}

test("what is not known lets a program answer what any of its states could", () => {
  const states = drift(["EXITED"], steady);
  assert.deepEqual([...answersTo(states, START, steady)].toSorted(), ["ALREADY_STARTED", "OK"]);
  assert.deepEqual([...afterAnswer(states, START, "ALREADY_STARTED", steady)].toSorted(), [
    "RUNNING",
    "STARTING",
  ]);
});

test("what none of its states could answer leaves none", () => {
  const states = new Set<ProcessState>(["STOPPED"]);
  assert.equal(afterAnswer(states, STOP, "OK", steady).size, 0);
  assert.equal(afterLook(states, "RUNNING", steady).size, 0);
  assert.deepEqual([...afterLook(states, "STOPPED", steady)], ["STOPPED"]);
});

test("a request to a group is meant for those who can do what it says", () => {
  const states = drift(["EXITED"], tempers.oneshot!);
  assert.deepEqual([...chosen(states, START, tempers.oneshot!)], ["EXITED"]);
  assert.deepEqual([...passedOver(states, STOP, tempers.oneshot!)], ["EXITED"]);
  assert.deepEqual([...chosen(states, STOP, steady)], ["EXITED"]);
});

for (const [kind, temper] of Object.entries(tempers)) {
  test(`the states of a ${kind} program are closed under all that may be asked of it`, () => {
    const all = anyOf(temper);
    assert.ok([...fresh(temper)].every((state) => all.has(state)));
    assert.ok([...all].every((state) => state in STATE_CODES));
    for (const request of [START, STOP, KILL, { type: "start", wait: false } as const]) {
      for (const answer of answersTo(all, request, temper)) {
        const after = afterAnswer(all, request, answer, temper);
        assert.ok([...after].every((state) => all.has(state)), `${[...after]}`);
      }
    }
  });
}

test("the fleet has two hundred programs, and each name once", () => {
  const names = FLEET.flatMap(({ processes }) => processes.map(({ process }) => process));
  assert.equal(names.length, 200);
  assert.equal(new Set(names).size, 200);
});
