import assert from "node:assert/strict";
import { test } from "node:test";
import { ctl, process } from "./fake_daemon.ts";

test("reload-program prints what became of each", async () => {
  const sent: unknown[] = [];
  const results = [
    { group: "web", name: "web", error: null },
    { group: "g", name: "a", error: "not running" },
  ];
  const api = {
    "POST /reload-program": (body: unknown) => {
      sent.push(body);
      return { schema: 1, results };
    },
  };
  const { stdout, exitStatus } = await ctl("reload-program web g:*", { api });
  assert.deepEqual([stdout, exitStatus], ["web: reloaded\ng:a: ERROR (not running)\n", 1]);
  assert.deepEqual(sent, [{ names: ["web", "g:*"] }]);
});

test("reload-program says where there is nothing to reload", async () => {
  const api = { "POST /reload-program": { schema: 1, results: [] } };
  const { stdout, exitStatus } = await ctl("reload-program all", { api });
  assert.deepEqual([stdout, exitStatus], ["Error: nothing there to be reloaded\n", 1]);
});

test("reload-program says what the daemon says is wrong, also that it is no visor", async () => {
  const error = { code: "BAD_NAME", message: "BAD_NAME: x" };
  const api = { "POST /reload-program": { error } };
  const refused = await ctl("reload-program x", { api });
  assert.deepEqual([refused.stdout, refused.exitStatus], ["Error: BAD_NAME: x\n", 1]);
  const supervisor = await ctl("reload-program x");
  assert.match(supervisor.stdout, /^Error: the daemon has no such API/);
});

test("reload-program takes wildcards, and tells programs with a document", async () => {
  const document = { schema: 1, results: [{ group: "w", name: "a", error: "not running" }] };
  const sent: unknown[] = [];
  const api = {
    "POST /reload-program": (body: unknown) => {
      sent.push(body);
      return document;
    },
  };
  const methods = { getAllProcessInfo: [process("w:ab", "RUNNING", 7), process("w:b", "STOPPED")] };
  const { stdout, exitStatus } = await ctl("reload-program --json w:a* web", { api, methods });
  assert.deepEqual([JSON.parse(stdout), exitStatus], [document, 1]);
  assert.deepEqual(sent, [{ names: ["w:ab", "web"] }]);
  const error = { code: "BAD_NAME", message: "BAD_NAME: x" };
  const refused = await ctl("reload-program --json x", {
    api: { "POST /reload-program": { error } },
  });
  assert.deepEqual([JSON.parse(refused.stdout).error.code, refused.exitStatus], ["BAD_NAME", 1]);
});

test("reload-program wants a name", async () => {
  const { stdout, exitStatus } = await ctl("reload-program");
  assert.match(stdout, /^Error: reload-program requires a process name\n/);
  assert.equal(exitStatus, 2);
});
