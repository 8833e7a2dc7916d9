import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { group, lone, program } from "../../../tests/support/fake_world.ts";

function serverWith() {
  const server = new FakeServer([
    lone("plain", { startsecs: 0 }),
    group("g", [
      program("a", { reload_signal: 1, startsecs: 0 }),
      program("b", { reload_command: "fails", startsecs: 0 }),
      program("down", { reload_signal: 1 }),
    ]),
  ]);
  server.world.run("plain", "a", "b");
  return server;
}

async function reload(server: FakeServer, body: string) {
  const headers = { "content-length": String(body.length) };
  const reply = await server.fetch("/api/v1/reload-program", { method: "POST", body, headers });
  const { results, error } = await reply.json();
  return {
    status: reply.status,
    told:
      results?.map(({ name, error }: { name: string; error: string | null }) =>
        `${name}: ${error}`
      ) ?? error.code,
  };
}

const cases: readonly (readonly [names: string[], told: string[]])[] = [
  [["g:a"], ["a: null"]],
  [["g:*", "g:a"], ["a: null", "b: it exited with 1"]],
  [["all"], ["a: null", "b: it exited with 1"]],
  [["plain", "g:down"], [
    "plain: it has no reload_signal or reload_command",
    "down: not running",
  ]],
];

for (const [names, told] of cases) {
  test(`POST /reload-program of ${names.join(", ")}`, async () => {
    const answer = await reload(serverWith(), JSON.stringify({ names }));
    assert.deepEqual(answer, { status: 200, told });
  });
}

test("POST /reload-program refuses names that are not there before it begins", async () => {
  const server = serverWith();
  const answer = await reload(server, JSON.stringify({ names: ["g:a", "x"] }));
  assert.deepEqual(answer, { status: 404, told: "BAD_NAME" });
  assert.deepEqual(server.deeds, []);
});

for (const body of ["", "[]", "{}", "null", '{"names":[]}', '{"names":[1]}', '{"names":"web"}']) {
  test(`POST /reload-program refuses ${body || "nothing"} as its body`, async () => {
    const answer = await reload(serverWith(), body);
    assert.deepEqual(answer, { status: 400, told: "INCORRECT_PARAMETERS" });
  });
}

test("POST /reload-program is refused while the daemon stops", async () => {
  const server = serverWith();
  server.world.supervisor.beginStopping();
  const answer = await reload(server, '{"names":["g:a"]}');
  assert.deepEqual(answer, { status: 503, told: "SHUTDOWN_STATE" });
});
