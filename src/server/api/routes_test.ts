import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessDetails } from "../../model/details.ts";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { code, group, lone, on, program } from "../../../tests/support/fake_world.ts";

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

test("GET /processes tells what checks and the program itself say", async () => {
  const server = new FakeServer([lone("web", { startsecs: 0 })]);
  const web = server.world.process("web");
  const told = async () => {
    const [{ ready, healthy, health }] = (await get(server, "/processes")).document.processes;
    return { ready, healthy, health };
  };
  server.world.supervisor.start(web);
  assert.deepEqual(await told(), { ready: true, healthy: null, health: null });
  const health = { last_output: "no", failures: 3, checked_at: 5, status: null };
  Object.assign(web, { ready: false, healthy: false, health });
  assert.deepEqual(await told(), { ready: false, healthy: false, health });
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

test("GET /processes tells what a program waits for", async () => {
  const server = new FakeServer([
    lone("web", { depends_on: [on("db", "ready"), on("job")] }),
    lone("db"),
    lone("job"),
  ]);
  const { world } = server;
  for (const name of ["web", "db"]) world.supervisor.start(world.process(name));
  const { document } = await get(server, "/processes?name=web&name=db");
  const told = document.processes.map((each: ProcessDetails) => [each.description, each.waits_for]);
  assert.deepEqual(told, [
    ["waiting for db to be ready; for job, which is STOPPED", [
      { process: "db", condition: "ready", text: "db to be ready", trouble: null },
      {
        process: "job",
        condition: "started",
        text: "job, which is STOPPED",
        trouble: "is STOPPED",
      },
    ]],
    ["", null],
  ]);
});

test("GET /usage measures what runs, once, and tells the last lines", async () => {
  const server = new FakeServer([
    lone("web", { startsecs: 0 }),
    group("g", [program("a", { autostart: false })]),
  ]);
  const web = server.world.process("web");
  server.world.supervisor.start(web);
  server.outputs.set("web stdout", "one\n\x1b[1mtwo\x1b[0m\n");
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

function rotate(server: FakeServer, body: string) {
  const headers = { "content-length": String(body.length) };
  return server.fetch("/api/v1/rotate", { method: "POST", body, headers });
}

const rotations: readonly (readonly [body: string, deeds: readonly string[]])[] = [
  ["", ["rotate web", "rotate a", "rotate b"]],
  ["{}", ["rotate web", "rotate a", "rotate b"]],
  ['{"names":["g:*","web","g:a"]}', ["rotate a", "rotate b", "rotate web"]],
  ['{"names":[]}', []],
];

for (const [body, deeds] of rotations) {
  test(`POST /rotate with ${body || "nothing"} rotates ${deeds.length} logs`, async () => {
    const server = new FakeServer([lone("web"), group("g", [program("a"), program("b")])]);
    const { results } = await (await rotate(server, body)).json();
    assert.deepEqual([server.deeds, results.length], [deeds, deeds.length]);
  });
}

test("POST /rotate tells of what cannot be rotated", async () => {
  const server = new FakeServer([lone("web")]);
  server.logError = Object.assign(new Error("no"), { code: "EACCES" });
  assert.deepEqual(await (await rotate(server, "{}")).json(), {
    results: [{ group: "web", name: "web", rotated: [], error: "EACCES" }],
  });
});

const refusals: readonly (readonly [body: string, status: number, message: RegExp])[] = [
  ['{"names":["db"]}', 404, /BAD_NAME: db/],
  ['{"names":"web"}', 400, /expected a list of names as "names"/],
  ['{"name":["web"]}', 400, /expected only names in it, not "name"/],
  ["[]", 400, /expected a JSON object/],
  ["{", 400, /expected a JSON object/],
];

for (const [body, status, message] of refusals) {
  test(`POST /rotate refuses ${body}`, async () => {
    const reply = await rotate(new FakeServer([lone("web")]), body);
    assert.equal(reply.status, status);
    assert.match((await reply.json()).error.message, message);
  });
}

test("POST /rotate does nothing while the daemon goes down", async () => {
  const server = new FakeServer([lone("web")]);
  server.world.supervisor.beginStopping();
  assert.equal((await rotate(server, "{}")).status, 503);
  assert.deepEqual(server.deeds, []);
});
