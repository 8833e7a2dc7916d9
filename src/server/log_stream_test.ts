import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { MODIFIED_MS } from "../../tests/support/fake_log_files.ts";
import { ACTIVITY_LOG, FakeServer } from "../../tests/support/fake_server.ts";
import { group, lone, program } from "../../tests/support/fake_world.ts";

function serverWithLogs(): FakeServer {
  const server = new FakeServer([lone("web"), group("site", [program("a/b é")])]);
  for (
    const [key, path] of [["web stdout", "/out"], ["web stderr", "/err"], ["a/b é stdout", "/odd"]]
  ) {
    server.logPaths.set(key!, path!);
    server.files.put(path!, `log ${path}`);
  }
  server.files.put(ACTIVITY_LOG, "x".repeat(3000));
  return server;
}

async function firstBytes(reply: Response): Promise<string> {
  const reader = reply.body!.getReader();
  const { value } = await bounded("bytes of a log", reader.read());
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/** Columns: path, the log that it shows. */
const shown: readonly (readonly [string, string])[] = [
  ["/logtail/web", "log /out"],
  ["/logtail/web/stdout", "log /out"],
  ["/logtail/web/stderr", "log /err"],
  ["/logtail/web:web", "log /out"],
  ["/logtail/web?x=/stderr", "log /out"],
  ["/logtail/site%3Aa%2Fb%20%C3%A9", "log /odd"],
  ["/mainlogtail", "x".repeat(1024)],
  ["/mainlogtail/anything", "x".repeat(1024)],
];

for (const [path, text] of shown) {
  test(`${path} shows its log`, async () => {
    const reply = await serverWithLogs().fetch(path);
    assert.equal(reply.status, 200);
    assert.equal(await firstBytes(reply), text);
  });
}

test("a followed log says what it is, and that nobody may hold it back", async () => {
  const server = serverWithLogs();
  const { headers } = await server.fetch("/logtail/web");
  assert.equal(headers.get("content-type"), "text/plain;charset=utf-8");
  assert.equal(headers.get("last-modified"), new Date(MODIFIED_MS).toUTCString());
  assert.equal(headers.get("x-accel-buffering"), "no");
  assert.equal((await server.fetch("/mainlogtail")).headers.get("x-accel-buffering"), null);
});

test("a followed log goes on as it grows, until the client has gone", async () => {
  const server = serverWithLogs();
  const reader = (await server.fetch("/logtail/web")).body!.getReader();
  await bounded("the start", reader.read());
  const next = reader.read();
  server.files.put("/out", "anew");
  server.watchers.changed("/out");
  const { value } = await bounded("what was added", next);
  assert.equal(new TextDecoder().decode(value), "anew");
  await reader.cancel();
  assert.ok(server.files.disposed.length > 0);
  assert.equal(server.world.clock.pending, 0);
});

for (const path of ["/logtail/web", "/mainlogtail"]) {
  test(`${path} is closed where nobody reads of it any more, or ever did`, async () => {
    const server = serverWithLogs();
    const client = new AbortController();
    await server.fetch(path, { signal: client.signal });
    assert.deepEqual(server.files.disposed, []);
    client.abort();
    assert.equal(server.files.disposed.length, 1);
    await server.fetch(path, { method: "HEAD" });
    assert.equal(server.files.disposed.length, 2);
    await server.fetch(path, { signal: client.signal }); // gone before it was opened
    assert.equal(server.files.disposed.length, 3);
  });
}

for (
  const path of [
    "/logtail/nobody",
    "/logtail/site",
    "/logtail/site:*",
    "/logtail/site:",
    "/logtail/site:web",
    "/logtail/web/stdin",
    "/logtail/web/stdout/more",
    "/logtail/site:a%2Fb%20%C3%A9/stderr",
    "/logtail/__proto__",
    "/logtail/%ff",
  ]
) {
  test(`${path} is not there`, async () => {
    assert.equal((await serverWithLogs().fetch(path)).status, 404);
  });
}

test("a log without a file is not there", async () => {
  const server = serverWithLogs();
  server.files.files.clear();
  assert.equal((await server.fetch("/logtail/web")).status, 404);
  assert.equal((await server.fetch("/mainlogtail")).status, 404);
  server.activityLog = null;
  assert.equal((await server.fetch("/mainlogtail")).status, 404);
});
