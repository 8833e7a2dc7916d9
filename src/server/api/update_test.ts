import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";

async function post(server: FakeServer, body: string) {
  const reply = await server.fetch("/api/v1/update", {
    method: "POST",
    body,
    headers: { "content-length": String(body.length) },
  });
  return { status: reply.status, document: await reply.json() };
}

const orders: readonly (readonly [body: string, deed: string])[] = [
  ["", "update all"],
  ["{}", "update all"],
  ['{"groups":["web","db"]}', "update web,db"],
  ['{"groups":[]}', "update "],
  ['{"dry_run":true}', "plan all"],
  ['{"dry_run":true,"groups":["web"]}', "plan web"],
];

for (const [body, deed] of orders) {
  test(`POST /update of ${body || "nothing"} is an ${deed}`, async () => {
    const server = new FakeServer();
    const { status, document } = await post(server, body);
    assert.deepEqual([status, document.schema, document.steps], [200, 1, []]);
    assert.deepEqual(server.deeds, [deed]);
  });
}

const refused: readonly (readonly [body: string, message: string])[] = [
  ["[]", "expected a JSON object"],
  ["{", "expected a JSON object"],
  ["null", "expected a JSON object"],
  ['{"groups":"web"}', 'expected a list of names as "groups"'],
  ['{"groups":[1]}', 'expected a list of names as "groups"'],
  ['{"dry_run":1}', 'expected true or false as "dry_run"'],
  ['{"dry-run":true}', 'expected only groups and dry_run in it, not "dry-run"'],
];

for (const [body, message] of refused) {
  test(`POST /update refuses ${body}`, async () => {
    const server = new FakeServer();
    assert.deepEqual(await post(server, body), {
      status: 400,
      document: {
        error: { code: "INCORRECT_PARAMETERS", message: `INCORRECT_PARAMETERS: ${message}` },
      },
    });
    assert.deepEqual(server.deeds, []);
  });
}

test("a mistake in the configuration is told", async () => {
  const server = new FakeServer();
  server.changes = new Error("f:1: bad");
  for (const body of ["", '{"dry_run":true}']) {
    const { document } = await post(server, body);
    assert.deepEqual(document.error, { code: "CANT_REREAD", message: "CANT_REREAD: f:1: bad" });
  }
});

test("nothing is updated while the daemon stops", async () => {
  const server = new FakeServer();
  server.world.supervisor.beginStopping();
  const { status, document } = await post(server, "");
  assert.deepEqual([status, document.error.code, server.deeds], [503, "SHUTDOWN_STATE", []]);
});
