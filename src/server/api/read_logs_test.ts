import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { lone } from "../../../tests/support/fake_world.ts";
import type { ProcessConfig } from "../../model/config.ts";

const stamp = (second: number) => new Date(second * 1000).toISOString();

/** Everything that goes on by itself. */
async function settle(server: FakeServer): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    server.world.clock.tick(0);
  }
}

function serverWith(
  logs: Record<string, string>,
  options: Partial<ProcessConfig> = {},
): FakeServer {
  const server = new FakeServer(Object.keys(logs).map((name) => lone(name, options)));
  for (const [name, text] of Object.entries(logs)) {
    server.logPaths.set(`${name} stdout`, `/${name}.log`);
    server.files.put(`/${name}.log`, text);
  }
  return server;
}

/** Records until the stream ends or nothing comes any more, and what ends it. */
async function open(server: FakeServer, query: string) {
  const gone = new AbortController();
  const reply = await server.fetch(`/api/v1/logs?${query}`, { signal: gone.signal });
  assert.equal(reply.status, 200, `${reply.status}`);
  let text = "";
  let isOver = false;
  const reader = reply.body!.getReader();
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    isOver = true;
  };
  void read();
  const records = async () => {
    await settle(server);
    return text.trim().split("\n").map((line) => JSON.parse(line));
  };
  return { records, gone, isOver: () => isOver };
}

test("a log comes after the names of what is read, and its end is the end", async () => {
  const server = serverWith({ web: "a\nb" });
  const { records, isOver } = await open(server, "name=web");
  assert.deepEqual(await records(), [
    { names: ["web"], by_time: false },
    { name: "web", time: null, line: "a" },
    { name: "web", time: null, line: "b" },
  ]);
  assert.ok(isOver());
  assert.deepEqual(server.files.disposed, ["/web.log"]);
});

test("logs come one after the other where lines have no times, else by time", async () => {
  const logs = { a: `${stamp(1)} a\n${stamp(3)} a\n`, b: `${stamp(2)} b\n` };
  const names = async (server: FakeServer) => {
    const [head, ...lines] = await (await open(server, "")).records();
    return [head.by_time, ...lines.map(({ name }: { name: string }) => name)];
  };
  assert.deepEqual(await names(serverWith(logs)), [false, "a", "a", "b"]);
  assert.deepEqual(await names(serverWith(logs, { log_format: "prefixed" })), [
    true,
    "a",
    "b",
    "a",
  ]);
});

test("a file that several programs write is read once", async () => {
  const server = serverWith({ a: "line\n", b: "" });
  server.logPaths.set("b stdout", "/a.log");
  const [head] = await (await open(server, "")).records();
  assert.deepEqual(head.names, ["a"]);
  assert.equal(server.files.disposed.length, 2);
});

test("only what was asked for is read", async () => {
  const log = [1, 2, 3, 4].map((second) => `${stamp(second)} x\n`).join("");
  const server = serverWith({ web: log }, { log_format: "json" });
  const times = async (query: string) => {
    const [, ...lines] = await (await open(server, query)).records();
    return lines.map(({ time }: { time: number }) => time / 1000);
  };
  assert.deepEqual(await times("since=2000&until=3000"), [2, 3]);
  assert.deepEqual(await times("lines=1&until=3000"), [3]);
});

test("what cannot be read is told, and the rest is read", async () => {
  const server = serverWith({ a: "1\n", b: "2\n" });
  server.files.put("/a.log.1.gz", "gzip[cut o");
  const [, ...records] = await (await open(server, "")).records();
  assert.deepEqual(records, [
    { error: "a: unexpected end of file" },
    { name: "b", time: null, line: "2" },
  ]);
});

test("a folder that cannot be read is told", async () => {
  const server = serverWith({ a: "1\n" });
  server.logError = Object.assign(new Error("denied"), { code: "EACCES" });
  assert.deepEqual(await (await open(server, "")).records(), [{ error: "denied (EACCES)" }]);
});

test("following goes on in the middle of a line, until the reader is gone", async () => {
  const server = serverWith({ web: "a\nbegin" });
  const { records, gone, isOver } = await open(server, "follow=1");
  assert.equal((await records()).length, 2);
  server.files.put("/web.log", "ning\nnext\n"); // another file, as after a rotation
  server.watchers.changed("/web.log");
  const lines = (await records()).slice(1).map(({ line }) => line);
  assert.deepEqual(lines, ["a", "beginning", "next"]);
  assert.equal(isOver(), false);
  gone.abort();
  await settle(server);
  assert.equal(server.world.clock.pending, 0);
  assert.equal(server.files.disposed.length, 3);
});

test("nobody's request opens nothing", async () => {
  const server = serverWith({ web: "a\n" });
  const head = await server.fetch("/api/v1/logs", { method: "HEAD" });
  assert.equal(head.status, 200);
  const late = await server.fetch("/api/v1/logs?follow=1", { signal: AbortSignal.abort() });
  assert.equal(await late.text(), "");
  await settle(server);
  assert.deepEqual(server.files.disposed, []);
});

test("too many files are refused, and those that were opened closed", async () => {
  const server = serverWith({ web: "a\n" });
  for (let n = 1; n <= 300; n++) server.files.put(`/web.log.${n}`, "x\n");
  const [record] = await (await open(server, "")).records();
  assert.match(record.error, /more than 256 files/);
  assert.equal(server.files.disposed.length, 301);
  for (let n = 1; n <= 300; n++) server.files.remove(`/web.log.${n}`);
  const [, line] = await (await open(server, "")).records();
  assert.equal(line.line, "a");
});

for (const [query, status] of [["name=db", 404], ["lines=x", 400], ["channel=x", 400]] as const) {
  test(`GET /logs?${query} is answered with ${status}`, async () => {
    assert.equal((await serverWith({ web: "" }).fetch(`/api/v1/logs?${query}`)).status, status);
  });
}
