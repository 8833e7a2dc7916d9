import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { fault } from "../rpc/faults.ts";
import type { RpcValue } from "../rpc/xml_value.ts";
import { byName, ctl, type FakeMethods, process, result } from "./fake_daemon.ts";

const methods: FakeMethods = {
  startProcess: byName({
    "a": true,
    "g:m": true,
    "up": fault("ALREADY_STARTED", "up"),
    "nofile": fault("NO_FILE", "can't find command '/x'"),
    "noexec": fault("NOT_EXECUTABLE"),
    "crash": fault("SPAWN_ERROR", "crash"),
    "early": fault("ABNORMAL_TERMINATION", "early"),
    "odd": fault("FAILED", "odd is in an unknown process state"),
  }),
  startProcessGroup: byName({ g: [result("g:m", "OK"), result("g:n", "SPAWN_ERROR")] }),
  startAllProcesses: [result("a", "OK"), result("g:m", "OK")],
  stopProcess: byName({
    "a": true,
    "down": fault("NOT_RUNNING", "down"),
    "stuck": fault("FAILED", "it would not go"),
  }),
  stopProcessGroup: byName({ g: [result("g:n", "OK"), result("g:m", "OK")] }),
  stopAllProcesses: [],
  signalProcess: byName({
    "a": true,
    "down": fault("NOT_RUNNING", "down"),
    "b": fault("BAD_SIGNAL", "NOPE"),
  }),
  signalProcessGroup: byName({ g: [result("g:m", "OK"), result("g:n", "BAD_SIGNAL")] }),
  signalAllProcesses: [result("a", "OK")],
  clearProcessLogs: byName({ a: true, broken: fault("FAILED", "x") }),
  clearAllProcessLogs: [result("a", "OK"), result("g:m", "FAILED")],
};

const cases: [action: string, exitStatus: number, ...lines: string[]][] = [
  ["start a g:m", 0, "a: started", "g:m: started"],
  ["start nope", 1, "nope: ERROR (no such process)"],
  ["start nope:*", 2, "nope: ERROR (no such group)"],
  ["start nope:", 2, "nope: ERROR (no such group)"],
  ["start up", 0, "up: ERROR (already started)"],
  ["start nofile", 1, "nofile: ERROR (no such file)"],
  ["start noexec", 1, "noexec: ERROR (file is not executable)"],
  ["start crash", 7, "crash: ERROR (spawn error)"],
  ["start early", 7, "early: ERROR (abnormal termination)"],
  ["start g:*", 7, "g:m: started", "g:n: ERROR (spawn error)"],
  ["start nope all", 0, "a: started", "g:m: started"],
  [
    "start crash nope:* a",
    2,
    "crash: ERROR (spawn error)",
    "nope: ERROR (no such group)",
    "a: started",
  ],
  ["stop a down", 0, "a: stopped", "down: ERROR (not running)"],
  ["stop stuck", 1, "FAILED: it would not go"],
  ["stop nope:*", 1, "nope: ERROR (no such group)"],
  ["stop all", 0],
  ["restart a", 0, "a: stopped", "a: started"],
  ["restart g:*", 7, "g:n: stopped", "g:m: stopped", "g:m: started", "g:n: ERROR (spawn error)"],
  ["restart nope", 1, "nope: ERROR (no such process)", "nope: ERROR (no such process)"],
  ["signal HUP a", 0, "a: signalled"],
  ["signal HUP down", 7, "down: ERROR (not running)"],
  ["signal NOPE b", 1, "b: ERROR (bad signal name)"],
  ["signal HUP g:*", 1, "g:m: signalled", "g:n: ERROR (bad signal name)"],
  ["signal HUP all", 0, "a: signalled"],
  ["clear a", 0, "a: cleared"],
  ["clear broken", 1, "broken: ERROR (failed)"],
  ["clear g:*", 1, "g:*: ERROR (no such process)"],
  ["clear all", 1, "a: cleared", "g:m: ERROR (failed)"],
];

for (const [action, exitStatus, ...lines] of cases) {
  test(`ctl ${action} exits ${exitStatus} and says so`, async () => {
    const run = await ctl(action, { methods });
    assert.deepEqual(run.stdout.split("\n").slice(0, -1), lines);
    assert.equal(run.exitStatus, exitStatus);
  });
}

test("start ends its report at a failure it has no words for", async () => {
  const { stdout, exitStatus } = await ctl("start a odd up", { methods });
  assert.match(stdout, /^a: started\nerror: <class 'ValueError'>, .*odd[^\n]*\n$/);
  assert.equal(exitStatus, 1);
});

/** Answers to b come before those to a. */
function inTurns(answers: Record<string, number>) {
  const begun: string[] = [];
  const ended: string[] = [];
  const stopProcess = async (name: RpcValue) => {
    begun.push(String(name));
    for (let turns = answers[String(name)]!; turns > 0; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    ended.push(String(name));
    return true;
  };
  return { begun, ended, methods: { stopProcess } as FakeMethods };
}

test("stop asks for all names at once, and answers in their order", async () => {
  const { begun, ended, methods } = inTurns({ a: 30, b: 20, c: 10 });
  const { stdout } = await ctl("stop a b c", { methods });
  assert.deepEqual([begun, ended], [["a", "b", "c"], ["c", "b", "a"]]);
  assert.equal(stdout, "a: stopped\nb: stopped\nc: stopped\n");
});

test("stop asks one after the other where names have a process in common", async () => {
  const { ended, methods } = inTurns({ a: 30, b: 20 });
  await ctl("stop a b a", { methods });
  assert.deepEqual(ended, ["a", "b", "a"]);
});

const getAllProcessInfo = ["a", "down", "g:m", "g:n", "nofile"].map((spec) =>
  process(spec, "STOPPED")
);

const wild: [action: string, exitStatus: number, ...lines: string[]][] = [
  ["start a* g:m", 0, "a: started", "g:m: started"],
  ["start g:[m-n] a", 1, "g:m: started", "g:n: ERROR (no such process)", "a: started"],
  ["start !g:* !d* !no*", 0, "a: started"],
  ["start x* a", 1, "x*: ERROR (no such process)", "a: started"],
  ["start x?:* a", 2, "x?: ERROR (no such group)", "a: started"],
  ["stop !nobody", 1, "!nobody: ERROR (no such process)"],
  ["stop a !a", 0],
  ["restart [ab]", 0, "a: stopped", "a: started"],
  ["restart down !*", 0],
  ["signal HUP d* a", 7, "down: ERROR (not running)", "a: signalled"],
  ["clear [ab]*", 0, "a: cleared"],
];

for (const [action, exitStatus, ...lines] of wild) {
  test(`ctl ${action} exits ${exitStatus} for those that match`, async () => {
    const run = await ctl(action, { methods: { ...methods, getAllProcessInfo } });
    assert.deepEqual(run.stdout.split("\n").slice(0, -1), lines);
    assert.equal(run.exitStatus, exitStatus);
  });
}

const misused = [
  { action: "start", exitStatus: 2, reason: "Error: start requires a process name" },
  { action: "stop", exitStatus: 1, reason: "Error: stop requires a process name" },
  { action: "restart", exitStatus: 1, reason: "Error: restart requires a process name" },
  { action: "clear", exitStatus: 1, reason: "Error: clear requires a process name" },
  {
    action: "signal HUP",
    exitStatus: 1,
    reason: "Error: signal requires a signal name and a process name",
  },
];

for (const { action, exitStatus, reason } of misused) {
  test(`ctl ${action} names what is missing and shows how it is used`, async () => {
    const run = await ctl(action, { methods });
    const [first, second] = run.stdout.split("\n");
    assert.equal(first, reason);
    assert.ok(second!.startsWith(action.split(" ")[0]!));
    assert.equal(run.exitStatus, exitStatus);
    assert.deepEqual(run.calls, []);
  });
}

/** What the JSON API says of processes; without a text they wait for nothing. */
const details = (waits: Readonly<Record<string, string>>) => ({
  schema: 1,
  now: 0,
  processes: Object.entries(waits).map(([name, description]) => ({
    group: name,
    name,
    description,
    waits_for: description === "" ? null : [],
  })),
});

/** Answers after half a second, and a little. */
function slowly<T>(clock: FakeClock, answer: T): () => T {
  return () => {
    clock.tick(501);
    return answer;
  };
}

test("start says what a program waits for that is not started soon", async () => {
  const clock = new FakeClock();
  const api = { "GET /processes?name=a": details({ a: "waiting for db to be ready" }) };
  const { stdout } = await ctl("start a", {
    clock,
    api,
    methods: { startProcess: slowly(clock, true) },
  });
  assert.equal(stdout, "a: waiting for db to be ready\na: started\n");
});

test("start all says it of those that wait", async () => {
  const clock = new FakeClock();
  const api = { "GET /processes": details({ a: "", b: "waiting for a to be started" }) };
  const startAllProcesses = slowly(clock, [result("a", "OK"), result("b", "OK")]);
  const { stdout } = await ctl("start all", { clock, api, methods: { startAllProcesses } });
  assert.equal(stdout, "b: waiting for a to be started\na: started\nb: started\n");
});

test("start says what a program waits for that will not come by itself", async () => {
  const api = {
    "GET /processes?name=early": details({ early: "waiting for db, which is FATAL" }),
    "GET /processes?name=g%3A*": details({ "g": "waiting for db, which is FATAL" }),
  };
  const startProcessGroup = [result("g", "ABNORMAL_TERMINATION")];
  const run = await ctl("start early g:*", { api, methods: { ...methods, startProcessGroup } });
  assert.equal(run.exitStatus, 7);
  assert.deepEqual(run.stdout.split("\n"), [
    "early: waiting for db, which is FATAL",
    "g: waiting for db, which is FATAL",
    "early: ERROR (abnormal termination)",
    "g: ERROR (abnormal termination)",
    "",
  ]);
});

test("start does without a daemon that can say it", async () => {
  const clock = new FakeClock();
  const { stdout } = await ctl("start a", {
    clock,
    methods: { startProcess: slowly(clock, true) },
  });
  assert.equal(stdout, "a: started\n");
});
