import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { libc } from "./libc.ts";
import { openNotifySocket } from "./notify_socket.ts";
import { belongsTo } from "./process_group.ts";
import { connectDatagram, type Datagram, sendDatagram } from "./sockets.ts";

const textOf = ({ bytes }: Datagram) => bytes === null ? null : new TextDecoder().decode(bytes);

/** Waits until the loop has turned often enough for a condition to come true. */
async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function send(path: string, ...texts: readonly string[]): void {
  const fd = connectDatagram(path);
  for (const text of texts) sendDatagram(fd, new TextEncoder().encode(text));
  libc().close(fd);
}

test("a notify socket tells who says what, also nothing, and too much", async () => {
  const heard: Datagram[] = [];
  const socket = openNotifySocket(null, (datagram) => void heard.push(datagram));
  send(socket.path, "READY=1\nSTATUS=up", "", "x".repeat(5000), "last");
  await until(() => heard.length === 4, "four datagrams");
  assert.deepEqual(heard.map(textOf), ["READY=1\nSTATUS=up", "", null, "last"]);
  for (const { pid, uid } of heard) assert.deepEqual([pid, uid], [process.pid, process.geteuid!()]);
  socket.close();
});

test("a notify socket is its owner's alone, and leaves nothing behind", () => {
  const [one, other] = [openNotifySocket(null, () => {}), openNotifySocket(null, () => {})];
  const folder = dirname(one.path);
  assert.equal(fs.statSync(one.path).mode & 0o777, 0o600);
  assert.equal(fs.statSync(folder).mode & 0o777, 0o711);
  assert.notEqual(one.path, other.path);
  one.close();
  one.close();
  assert.deepEqual([fs.existsSync(one.path), fs.existsSync(other.path)], [false, true]);
  other.close();
  assert.equal(fs.existsSync(folder), false);
});

test("a socket that cannot be given to its owner is not left behind", () => {
  const kept = openNotifySocket(null, () => {});
  const folder = dirname(kept.path);
  const before = fs.readdirSync(folder);
  assert.throws(() => openNotifySocket({ uid: 2 ** 40, gid: 0 }, () => {}));
  assert.deepEqual(fs.readdirSync(folder), before);
  kept.close();
});

test("nobody has to wait for one that never stops talking", async () => {
  let heard = 0;
  let heardBefore = Infinity;
  const loud = openNotifySocket(null, () => {
    heard++;
    if (heard < 2000) send(loud.path, "again");
  });
  const other = openNotifySocket(null, () => void (heardBefore = heard));
  send(loud.path, "first");
  send(other.path, "hello");
  await until(() => heardBefore < Infinity, "the other one");
  assert.ok(heardBefore < 2000, `after ${heardBefore} of the loud one`);
  loud.close();
  other.close();
});

test("belongsTo() knows a program's own processes from others", async () => {
  const child = spawn("sh", ["-c", "sleep 100 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const pid = child.pid!;
  const grandchild = await new Promise<number>((resolve) =>
    child.stdout.once("data", (line) => resolve(Number(line)))
  );
  assert.deepEqual(
    [pid, grandchild, process.pid].map((each) => belongsTo(each, pid)),
    [true, true, false],
  );
  assert.equal(belongsTo(grandchild, process.pid), true);
  const ended = new Promise((resolve) => child.once("close", resolve));
  process.kill(-pid, "SIGKILL");
  await ended;
  assert.equal(belongsTo(pid, process.pid), undefined);
});
