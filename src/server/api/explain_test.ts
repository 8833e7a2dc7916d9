import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../../tests/support/fake_server.ts";
import { code, lone } from "../../../tests/support/fake_world.ts";
import type { ExplainDocument } from "../../model/details.ts";

async function get(server: FakeServer, query = ""): Promise<ExplainDocument> {
  return await (await server.fetch(`/api/v1/explain${query}`)).json();
}

function serverWithTrouble() {
  const names = ["good", "fatal", "backoff", "odd", "done", "off"];
  const server = new FakeServer(
    names.map((name) => lone(name, { startretries: name === "fatal" ? 0 : 3, autorestart: false })),
  );
  const { world } = server;
  world.run("good", "odd", "done");
  world.exit("odd", code(1));
  world.exit("done", code(0));
  for (const name of ["fatal", "backoff"]) {
    world.supervisor.start(world.process(name));
    world.exit(name, code(1));
  }
  return server;
}

test("GET /explain tells of what is not as it should be", async () => {
  const { explanations } = await get(serverWithTrouble());
  const told = explanations.map(({ process: { name, state } }) => `${name} ${state}`);
  assert.deepEqual(told, ["fatal FATAL", "backoff BACKOFF", "odd EXITED"]);
});

test("GET /explain?name= tells of any", async () => {
  const server = serverWithTrouble();
  const { explanations } = await get(server, "?name=good&name=off");
  assert.deepEqual(explanations.map(({ summary }) => summary), [
    "good is RUNNING for 3.0 s.",
    "off is STOPPED: it has not been started since the daemon was.",
  ]);
  assert.equal((await server.fetch("/api/v1/explain?name=x")).status, 404);
});

test("GET /explain shows the last lines of stderr, and of stdout where there are none", async () => {
  const server = serverWithTrouble();
  server.outputs.set("fatal stdout", "out\n").set("fatal stderr", "bad\n\x1b[31merr\n");
  server.outputs.set("odd stdout", "only\n");
  const { explanations: [fatal, backoff, odd] } = await get(server);
  assert.deepEqual(fatal!.last_lines, { channel: "stderr", lines: ["bad", "err"] });
  assert.equal(backoff!.last_lines, null);
  assert.deepEqual(odd!.last_lines, { channel: "stdout", lines: ["only"] });
});

test("GET /explain tells when the next try is, by the wall clock", async () => {
  const server = serverWithTrouble();
  const { now, explanations: [, backoff] } = await get(server);
  assert.equal(backoff!.process.next_try_at, now + 1000);
  assert.match(backoff!.summary, /the next try is in 1\.0 s\.$/);
});
