import assert from "node:assert/strict";
import http, { type RequestListener } from "node:http";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { httpTarget } from "../model/health.ts";
import { probeHttp, type ProbeResult, probeTcp } from "./health_probe.ts";

const folder = tempFolder();
const PATIENT_MS = 10_000;

async function listening<T>(
  server: net.Server,
  place: string | number,
  task: (port: number) => Promise<T>,
): Promise<T> {
  await new Promise<void>((resolve) => {
    if (typeof place === "string") server.listen(place, resolve);
    else server.listen(place, "127.0.0.1", resolve);
  });
  try {
    return await task((server.address() as AddressInfo).port);
  } finally {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
}

function ask(url: string, timeoutMs = PATIENT_MS): Promise<ProbeResult> {
  return new Promise((resolve) => probeHttp(httpTarget(url)!, timeoutMs, resolve));
}

function askServer(listener: RequestListener, timeoutMs?: number): Promise<ProbeResult> {
  const server = http.createServer(listener);
  return listening(
    server,
    0,
    (port) => ask(`http://me:secret@127.0.0.1:${port}/ready?a=b`, timeoutMs),
  );
}

const statuses: readonly (readonly [number, string, ProbeResult])[] = [
  [200, "", { ok: true, output: "" }],
  [204, "", { ok: true, output: "" }],
  [302, "", { ok: true, output: "" }],
  [404, "", { ok: false, output: "HTTP 404 Not Found" }],
  [503, "no database", { ok: false, output: "HTTP 503 Service Unavailable: no database" }],
];

for (const [status, body, want] of statuses) {
  test(`probeHttp() ${want.ok ? "passes" : "fails"} with status ${status}`, async () => {
    const result = await askServer((_, reply) => {
      reply.writeHead(status, status === 302 ? { Location: "http://127.0.0.1:1/" } : {});
      reply.end(body);
    });
    assert.deepEqual(result, want);
  });
}

test("probeHttp() asks for the path, as whom the address says", async () => {
  let asked: unknown[] = [];
  await askServer(({ method, url, headers }, reply) => {
    asked = [method, url, atob(headers.authorization!.split(" ")[1]!)];
    reply.end();
  });
  assert.deepEqual(asked, ["GET", "/ready?a=b", "me:secret"]);
});

test("probeHttp() keeps no more of an endless answer than it shows", async () => {
  const { ok, output } = await askServer((_, reply) => {
    reply.writeHead(500);
    const timer = setInterval(() => reply.write("x".repeat(500)), 1);
    reply.once("close", () => clearInterval(timer));
  });
  assert.deepEqual([ok, output.length], [false, 1024]);
});

test("probeHttp() does not wait longer than it may", async () => {
  const result = await askServer(() => {}, 50);
  assert.deepEqual(result, { ok: false, output: "no answer within 0.05 seconds" });
});

test("probeHttp() asks on a unix socket", async () => {
  const path = join(folder, "http.sock");
  const server = http.createServer(({ url }, reply) =>
    reply.writeHead(url === "/up" ? 200 : 500).end()
  );
  await listening(server, path, async () => {
    assert.deepEqual(await ask(`unix:${path}:/up`), { ok: true, output: "" });
    assert.equal((await ask(`unix:${path}:/down`)).ok, false);
  });
  assert.deepEqual(await ask(`unix:${path}.no:/up`), {
    ok: false,
    output: "there is no such socket",
  });
});

test("probes say why nobody answers", async () => {
  const port = await listening(net.createServer(), 0, (port) => Promise.resolve(port));
  const refused = { ok: false, output: "connection refused" };
  assert.deepEqual(await ask(`http://127.0.0.1:${port}/`), refused);
  const target = { host: "127.0.0.1", port };
  const result = await new Promise((resolve) => probeTcp(target, PATIENT_MS, resolve));
  assert.deepEqual(result, refused);
});

test("probeHttp() fails where there is no TLS", async () => {
  const server = http.createServer((_, reply) => reply.end());
  const { ok, output } = await listening(server, 0, (port) => ask(`https://127.0.0.1:${port}/`));
  assert.equal(ok, false);
  assert.notEqual(output, "");
});

test("probeTcp() passes where a connection is accepted", async () => {
  const server = net.createServer((socket) => socket.end());
  const result = await listening(
    server,
    0,
    (port) => new Promise((resolve) => probeTcp({ host: "localhost", port }, PATIENT_MS, resolve)),
  );
  assert.deepEqual(result, { ok: true, output: "" });
});

test("a probe that is given up says nothing", async () => {
  let answers = 0;
  await askServer((_, reply) => reply.end());
  const server = http.createServer((_, reply) => reply.end());
  await listening(server, 0, async (port) => {
    const giveUp = probeHttp(httpTarget(`http://127.0.0.1:${port}/`)!, PATIENT_MS, () => answers++);
    giveUp();
    giveUp();
    await ask(`http://127.0.0.1:${port}/`);
  });
  assert.equal(answers, 0);
});
