import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";

async function get(server: FakeServer, path: string) {
  const reply = await server.fetch(`/api/v1${path}`);
  return { status: reply.status, document: await reply.json() };
}

test("GET /processes tells of every process", async () => {
  const server = new FakeServer([lone("web", { startsecs: 0, autorestart: false })]);
  server.world.supervisor.start(server.world.process("web"));
  server.world.exit("web", code(3));
  const { status, document } = await get(server, "/processes");
  const [web] = document.processes;
  assert.deepEqual([status, document.schema, document.processes.length], [200, 1, 1]);
  assert.deepEqual(
    [web.group, web.name, web.state, web.pid, web.exitstatus],
    ["web", "web", "EXITED", null, 3],
  );
});

test("GET /processes tells of those that are named", async () => {
  const server = new FakeServer([lone("web"), group("g", [program("a"), program("b")])]);
  const { document } = await get(server, "/processes?name=g:*&name=web");
  assert.deepEqual(document.processes.map(({ name }: { name: string }) => name), ["a", "b", "web"]);
});

test("GET /processes does not know every name", async () => {
  assert.deepEqual(await get(new FakeServer([lone("web")]), "/processes?name=db"), {
    status: 404,
    document: { error: { code: "BAD_NAME", message: "BAD_NAME: db" } },
  });
});

test("GET /usage measures what runs, once, and tells the last lines", async () => {
  const server = new FakeServer([
    lone("web", { startsecs: 0 }),
    group("g", [program("a", { autostart: false })]),
  ]);
  const web = server.world.process("web");
  server.world.supervisor.start(web);
  server.output.set("web", "one\n\x1b[1mtwo\x1b[0m\n");
  const usage = { processes: 2, cpu_ms: 30, rss_bytes: 4096, pss_bytes: null };
  server.usages.set(web.pid, usage);
  const { status, document } = await get(server, "/usage");
  const [a, other] = document.processes;
  assert.deepEqual([status, a.name, a.usage, a.last_line], [200, "a", null, null]);
  assert.deepEqual([other.state, other.usage, other.last_line], ["RUNNING", usage, "two"]);
  assert.equal(document.clock_ms, server.world.supervisor.clock.now());
  await get(server, "/usage?memory=pss");
  assert.deepEqual(server.deeds, [`measure ${web.pid}`, `measure pss ${web.pid}`]);
});
