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
    now: clock.now,
    wall: clock.wall,
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
