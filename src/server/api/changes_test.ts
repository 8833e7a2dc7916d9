import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../../tests/support/bounded.ts";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";

/** Somebody who reads the stream. */
class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(readonly server: FakeServer, reply: Response) {
    this.#reader = reply.body!.getReader();
  }

  /** One that has read the first line, which is nobody's. */
  static async of(server: FakeServer, query = "", init: RequestInit = {}): Promise<Reader> {
    const reply = await server.fetch(`/api/v1/changes${query}`, init);
    assert.equal(reply.headers.get("content-type"), "application/x-ndjson");
    const reader = new Reader(server, reply);
    const { value } = await bounded("the first line", reader.#reader.read());
    assert.match(new TextDecoder().decode(value), /^\{"schema":1,"now":\d+\}\n$/);
    return reader;
  }

  /** The text that is sent next, within `ms`. */
  async text(ms = 100): Promise<string> {
    const read = this.#reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    this.server.world.clock.tick(ms);
    const { value } = await bounded("a text", read);
    return new TextDecoder().decode(value);
  }

  /** Its lines, as `web RUNNING` or `web gone`. */
  async lines(): Promise<string[]> {
    return (await this.text()).trim().split("\n").map((line) => {
      const { process, removed } = JSON.parse(line);
      return process ? `${process.name} ${process.state}` : `${removed.name} gone`;
    });
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

function serverOf(...names: readonly string[]) {
  const server = new FakeServer(names.map((name) => lone(name, { autorestart: false })));
  return { server, world: server.world };
}

test("GET /changes first tells of every process, then of each that changes", async () => {
  const { server, world } = serverOf("web", "db");
  const reader = await Reader.of(server);
  assert.deepEqual(await reader.lines(), ["web STOPPED", "db STOPPED"]);
  world.run("db");
  assert.deepEqual(await reader.lines(), ["db RUNNING"]);
  world.exit("db", code(1));
  assert.deepEqual(await reader.lines(), ["db EXITED"]);
  await reader.leave();
});

test("a slow reader gets one line a process, however often it changed", async () => {
  const { server, world } = serverOf("web", "db");
  const reader = await Reader.of(server);
  await reader.lines();
  for (let i = 0; i < 50; i++) {
    world.run("db");
    world.exit("db", code(i));
  }
  world.run("db");
  const [line, ...more] = (await reader.text()).trim().split("\n");
  assert.deepEqual(more, []);
  const { process } = JSON.parse(line!);
  assert.deepEqual([process.state, process.restarts, process.attempts.length], ["RUNNING", 50, 10]);
  await reader.leave();
});

test("time that passes is no change, and a silent line is kept open", async () => {
  const { server, world } = serverOf("web");
  world.run("web");
  const reader = await Reader.of(server);
  await reader.lines();
  world.clock.tick(5000);
  server.change();
  assert.equal(await reader.text(30_000), "\n");
  await reader.leave();
});

test("GET /changes?name= tells of those that are named, also when they go and come back", async () => {
  const server = new FakeServer([lone("web"), group("g", [program("a"), program("b")])]);
  const { supervisor } = server.world;
  const reader = await Reader.of(server, "?name=g:*");
  assert.deepEqual(await reader.lines(), ["a STOPPED", "b STOPPED"]);
  server.world.run("web", "b");
  assert.deepEqual(await reader.lines(), ["b RUNNING"]);
  server.world.exit("b", code(0));
  await reader.lines();
  supervisor.removeGroup(supervisor.groups.get("g")!);
  server.change();
  assert.deepEqual(await reader.lines(), ["a gone", "b gone"]);
  supervisor.addGroup(group("g", [program("b")]));
  server.change();
  assert.deepEqual(await reader.lines(), ["b STOPPED"]);
  await reader.leave();
});

test("GET /changes does not know every name", async () => {
  const reply = await new FakeServer([lone("web")]).fetch("/api/v1/changes?name=web&name=db");
  assert.equal(reply.status, 404);
  assert.equal((await reply.json()).error.code, "BAD_NAME");
});

test("a reader that leaves, or whose connection breaks, leaves nothing behind", async () => {
  const { server, world } = serverOf("web");
  const connection = new AbortController();
  const reader = await Reader.of(server);
  await Reader.of(server, "", { signal: connection.signal });
  assert.equal(server.listeners.size, 2);
  await reader.leave();
  connection.abort();
  assert.deepEqual([server.listeners.size, world.clock.pending], [0, 0]);
});

test("a client that is gone before the reply begins leaves nothing behind", async () => {
  const { server, world } = serverOf("web");
  const connection = new AbortController();
  const reply = await server.fetch("/api/v1/changes", { signal: connection.signal });
  connection.abort();
  assert.deepEqual(await reply.body!.getReader().read(), { done: true, value: undefined });
  await server.fetch("/api/v1/changes", { method: "HEAD" });
  assert.deepEqual([server.listeners.size, world.clock.pending], [0, 0]);
});
