import assert from "node:assert/strict";
import { test } from "node:test";
import { datagramPeer } from "../../tests/support/datagram_peer.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { type Environment, setVariable } from "./environment.ts";
import {
  feedWatchdog,
  handOverWatchdog,
  notifyReloading,
  notifyStopping,
  notifySuccessor,
  notifyUp,
  watchdogInterval,
  withoutServiceManager,
} from "./service_manager.ts";

const folder = tempFolder();

/** Runs `task` as if we had been started with some variables. */
function startedWith(variables: Readonly<Record<string, string>>, task: () => void): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    task();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function environment(...names: readonly string[]): Environment {
  const made: Environment = new Map();
  for (const name of names) setVariable(made, name, String(process.pid));
  return made;
}

for (const path of [`${folder}/notify`, `@visor-${process.pid}/notify`]) {
  test(`a service manager that listens on ${path[0]}… hears of every step`, () => {
    using manager = datagramPeer(path);
    startedWith({ NOTIFY_SOCKET: path }, () => {
      notifyUp("Up");
      notifyReloading("Again");
      notifyStopping("Going");
      notifySuccessor(4711);
    });
    const heard = manager.received().map((text) => text.replace(/USEC=\d+/, "USEC=N"));
    assert.deepEqual(heard, [
      `READY=1\nMAINPID=${process.pid}\nSTATUS=Up`,
      "RELOADING=1\nMONOTONIC_USEC=N\nSTATUS=Again",
      "STOPPING=1\nSTATUS=Going",
      "READY=1\nMAINPID=4711",
    ]);
  });
}

test("a status keeps to its line, so that it cannot say anything else", () => {
  const path = `${folder}/lines`;
  using manager = datagramPeer(path);
  startedWith({ NOTIFY_SOCKET: path }, () => notifyStopping("bad value:\nMAINPID=1"));
  assert.deepEqual(manager.received(), ["STOPPING=1\nSTATUS=bad value: MAINPID=1"]);
});

test("nobody who listens, and nobody who asked, is no trouble", () => {
  startedWith({ NOTIFY_SOCKET: `${folder}/nobody` }, () => notifyUp("Up"));
  startedWith({ NOTIFY_SOCKET: "" }, () => notifyUp("Up"));
});

test("a watchdog hears of us at once and at half its interval, for ever", () => {
  const path = `${folder}/watchdog`;
  using manager = datagramPeer(path);
  const clock = new FakeClock();
  startedWith({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "3000000" }, () => {
    feedWatchdog(clock);
    assert.deepEqual(manager.received(), ["WATCHDOG=1"]);
    clock.tick(1499);
    assert.deepEqual(manager.received(), []);
    clock.tick(3001);
    assert.deepEqual(manager.received(), Array(3).fill("WATCHDOG=1"));
  });
});

test("without a watchdog there is no timer", () => {
  const clock = new FakeClock();
  startedWith({ WATCHDOG_USEC: "" }, () => feedWatchdog(clock));
  startedWith({ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "1" }, () => feedWatchdog(clock));
  assert.equal(clock.pending, 0);
});

const intervals = [
  { env: {}, ms: null },
  { env: { WATCHDOG_USEC: "30000000" }, ms: 30_000 },
  { env: { WATCHDOG_USEC: "1" }, ms: 0.001 },
  { env: { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" }, ms: 30_000 },
  { env: { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" }, ms: null },
  { env: { WATCHDOG_USEC: "0" }, ms: null },
  { env: { WATCHDOG_USEC: "soon" }, ms: null },
  { env: { WATCHDOG_USEC: "18446744073709551615" }, ms: null },
  { env: { WATCHDOG_PID: "7" }, ms: null },
];
for (const { env, ms } of intervals) {
  test(`watchdogInterval() of ${JSON.stringify(env)} for pid 7 is ${ms}`, () => {
    assert.equal(watchdogInterval(env, 7), ms);
  });
}

test("programs get nothing that a service manager meant for us alone", () => {
  const given = environment(
    "PATH",
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
    "INVOCATION_ID",
  );
  assert.deepEqual([...withoutServiceManager(given).keys()], ["PATH", "INVOCATION_ID"]);
});

test("a watchdog that waits for us is handed over, another's is left alone", () => {
  for (const [pid, left] of [[process.pid, []], [1, ["WATCHDOG_PID"]]] as const) {
    const passed = environment("WATCHDOG_PID");
    startedWith({ WATCHDOG_PID: String(pid) }, () => handOverWatchdog(passed));
    assert.deepEqual([...passed.keys()], left);
  }
});
