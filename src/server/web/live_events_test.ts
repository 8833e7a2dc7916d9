import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../../tests/support/bounded.ts";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";
import type { Patch } from "./live_page.tsx";
import { FakeWeb } from "./testing.ts";

/** A page that listens. */
class Listener {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(readonly web: FakeWeb, reply: Response) {
    this.#reader = reply.body!.getReader();
  }

  /** The next that is sent within `ms`. */
  async next(ms = 100): Promise<string> {
    const read = this.#reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    this.web.world.clock.tick(ms);
    const { value } = await bounded("an event", read);
    return new TextDecoder().decode(value);
  }

  async patches(): Promise<readonly Patch[]> {
    return JSON.parse((await this.next()).replace("data: ", ""));
  }

  /** The ids of what is sent next. */
  async ids(): Promise<string[]> {
    return (await this.patches()).map(({ id }) => id);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** A listener that has been told everything so far. */
async function listening(web: FakeWeb, init: RequestInit = {}): Promise<Listener> {
  const listener = new Listener(web, await web.fetch("/events", init));
  assert.equal(await listener.next(), "retry: 1000\n\n");
  assert.deepEqual(await listener.ids(), ["summary", "troubles", "processes"]);
  return listener;
}

test("a reader first gets all there is, then what changes", async () => {
  const web = new FakeWeb(lone("a"), lone("b"));
  const listener = await listening(web);
  web.world.supervisor.start(web.world.process("b"));
  const patches = await listener.patches();
  assert.deepEqual(patches.map(({ id }) => id), ["summary", "process b"]);
  assert.match(patches[1]!.html, /^<tr id="process b">.*starting/);
  await listener.leave();
});

test("a slow reader misses what lay between and gets the latest", async () => {
  const web = new FakeWeb(lone("a"));
  const listener = await listening(web);
  web.world.run("a");
  web.world.exit("a", code(0));
  web.world.clock.tick(60_000);
  web.world.run("a");
  const [, row] = await listener.patches();
  assert.match(row!.html, /running/);
  assert.equal(await listener.next(25_000), ":\n\n");
  await listener.leave();
});

test("a process that was given up is told of in its own place", async () => {
  const web = new FakeWeb(lone("a", { startretries: 0 }));
  const listener = await listening(web);
  web.world.supervisor.start(web.world.process("a"));
  web.world.exit("a", code(1));
  assert.deepEqual(await listener.ids(), ["summary", "troubles", "process a"]);
  await listener.leave();
});

test("a group that comes or goes brings the whole table", async () => {
  const web = new FakeWeb(lone("a"));
  const listener = await listening(web);
  const added = web.world.supervisor.addGroup(group("site", [program("b")]));
  web.change();
  assert.deepEqual(await listener.ids(), ["summary", "processes"]);
  web.world.supervisor.removeGroup(added);
  web.change();
  assert.deepEqual(await listener.ids(), ["summary", "processes"]);
  await listener.leave();
});

test("a silent line is kept open, and a change that shows nothing is not sent", async () => {
  const web = new FakeWeb(lone("a"));
  const listener = await listening(web);
  web.change();
  assert.equal(await listener.next(30_000), ":\n\n");
  await listener.leave();
});

test("a reader that leaves leaves nothing behind", async () => {
  const web = new FakeWeb(lone("a"));
  const listener = await listening(web);
  assert.equal(web.listeners.size, 1);
  await listener.leave();
  assert.deepEqual([web.listeners.size, web.world.clock.pending], [0, 0]);
});

test("a connection that breaks while nothing is read leaves nothing behind", async () => {
  const web = new FakeWeb(lone("a"));
  const connection = new AbortController();
  await listening(web, { signal: connection.signal });
  connection.abort();
  assert.deepEqual([web.listeners.size, web.world.clock.pending], [0, 0]);
});

test("nothing is done for a stream that nobody reads", async () => {
  const web = new FakeWeb(lone("a"));
  await web.fetch("/events");
  await web.fetch("/events", { method: "HEAD" });
  assert.deepEqual([web.listeners.size, web.world.clock.pending], [0, 0]);
});
