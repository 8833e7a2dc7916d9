import assert from "node:assert/strict";
import { test } from "node:test";
import { datagramPeer } from "../../tests/support/datagram_peer.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { formatSyslog, Syslog } from "./syslog.ts";

const folder = tempFolder();
let sockets = 0;

/** A log daemon: the lines that it got since it was asked last, without their heads. */
function logDaemon(path: string) {
  const peer = datagramPeer(path);
  return {
    received: () => peer.received().map((line) => line.replace(/^.*: /, "")),
    [Symbol.dispose]: () => peer[Symbol.dispose](),
  };
}

function openSyslog() {
  const path = `${folder}/${sockets++}.sock`;
  const clock = new FakeClock();
  const told: string[] = [];
  const syslog = new Syslog({
    ident: "supervisord",
    path,
    clock,
    onTrouble: (why) => told.push(`trouble ${why.replace(path, "PATH")}`),
    onHealed: (lost) => told.push(`healed ${lost}`),
  });
  return { path, clock, syslog, told };
}

test("a line has priority, time, ident and text, in the form of RFC 3164", () => {
  const when = new Date(2026, 10, 2, 5, 41, 9);
  assert.equal(
    formatSyslog("supervisord", "web up", when),
    "<14>Nov  2 05:41:09 supervisord: web up",
  );
});

test("lines arrive in order", () => {
  const { path, syslog, told } = openSyslog();
  using daemon = logDaemon(path);
  syslog.send("one");
  syslog.send("two");
  assert.deepEqual(daemon.received(), ["one", "two"]);
  assert.deepEqual(told, []);
  syslog.close();
});

test("a log daemon that was restarted gets the next line", () => {
  const { path, syslog, told } = openSyslog();
  {
    using _first = logDaemon(path);
    syslog.send("before");
  }
  using second = logDaemon(path);
  syslog.send("after");
  assert.deepEqual(second.received(), ["after"]);
  assert.deepEqual(told, []);
  syslog.close();
});

test("where nobody listens lines are dropped; that is told once, and its end with their number", () => {
  const { path, clock, syslog, told } = openSyslog();
  for (let i = 0; i < 3; i++) syslog.send("lost");
  clock.tick(1000);
  syslog.send("lost");
  assert.deepEqual(told, ["trouble PATH: ENOENT"]);
  using daemon = logDaemon(path);
  clock.tick(1000);
  syslog.send("back");
  assert.deepEqual(daemon.received(), ["back"]);
  assert.deepEqual(told, ["trouble PATH: ENOENT", "healed 4"]);
  syslog.close();
});

test("a line that is longer than a datagram may be is cut", () => {
  const { path, syslog } = openSyslog();
  using daemon = logDaemon(path);
  syslog.send("x".repeat(100_000));
  const [line] = daemon.received();
  assert.ok(line!.length > 8000 && line!.length <= 8192);
  syslog.close();
});

test("a burst that the log daemon has not read yet waits for it, in order", () => {
  const { path, clock, syslog, told } = openSyslog();
  using daemon = logDaemon(path);
  const lines = Array.from({ length: 2000 }, (_, n) => `line ${n}`);
  for (const line of lines) syslog.send(line);
  const received = daemon.received();
  assert.ok(received.length < lines.length, "more than the kernel keeps for it");
  for (let tries = 0; received.length < lines.length && tries < 2000; tries++) {
    clock.tick(1);
    received.push(...daemon.received());
  }
  assert.deepEqual(received, lines);
  assert.deepEqual(told, []);
  assert.equal(clock.pending, 0);
  syslog.close();
});

test("of a log daemon that reads nothing is told once what is lost, and no more when it reads again", () => {
  const { path, clock, syslog, told } = openSyslog();
  using daemon = logDaemon(path);
  const line = "x".repeat(8000);
  for (let n = 0; n < 1000; n++) syslog.send(line);
  clock.tick(60_000);
  assert.deepEqual(told, ["trouble EAGAIN"]);
  let received = daemon.received().length;
  for (let tries = 0; clock.pending > 0 && tries < 1000; tries++) {
    clock.tick(250);
    received += daemon.received().length;
  }
  assert.ok(received > 100, `${received}`);
  assert.deepEqual(told, ["trouble EAGAIN", `healed ${1000 - received}`]);
  syslog.close();
});

test("lines that wait for a log daemon that goes away are counted as lost", () => {
  const { path, clock, syslog, told } = openSyslog();
  let received: number;
  {
    using daemon = logDaemon(path);
    for (let n = 0; n < 1000; n++) syslog.send("x");
    received = daemon.received().length;
  }
  clock.tick(1);
  assert.deepEqual(told, ["trouble PATH: ENOENT"]);
  using second = logDaemon(path);
  clock.tick(1000);
  syslog.send("back");
  assert.deepEqual(second.received(), ["back"]);
  assert.deepEqual(told, ["trouble PATH: ENOENT", `healed ${1000 - received}`]);
  syslog.close();
});
