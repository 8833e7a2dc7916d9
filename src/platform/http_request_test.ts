import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type HttpAddress, httpRequest } from "./http_request.ts";

const folder = mkdtempSync(join(tmpdir(), "http-"));
after(() => rmSync(folder, { recursive: true }));

/** Serve on a unix socket or a free port for as long as the task runs. */
async function serving(
  kind: HttpAddress["kind"],
  listener: RequestListener,
  task: (address: HttpAddress) => Promise<void>,
): Promise<void> {
  const server = createServer(listener);
  const path = join(folder, "s.sock");
  await new Promise<void>((resolve) => {
    if (kind === "unix") server.listen(path, resolve);
    else server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    await task(kind === "unix" ? { kind, path } : { kind, host: "127.0.0.1", port });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const post = { method: "POST", path: "/RPC2", headers: { "Content-Type": "text/xml" } } as const;

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text;
}

for (const kind of ["unix", "tcp"] as const) {
  test(`httpRequest() posts a body and reads the reply (${kind})`, async () => {
    const echo: RequestListener = async (request, response) => {
      const body = await readAll(request);
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end(
        [request.method, request.url, request.headers["content-length"], body].join(" "),
      );
    };
    await serving(kind, echo, async (address) => {
      const reply = await httpRequest({ ...post, address, body: "é" });
      assert.equal(reply.status, 404);
      assert.equal(reply.reason, "Not Found");
      assert.equal(await readAll(reply.body), "POST /RPC2 2 é");
    });
  });
}

test("httpRequest() has a connection of its own each time", async () => {
  const sockets = new Set<unknown>();
  const note: RequestListener = (request, response) => {
    sockets.add(request.socket);
    response.end("x");
  };
  await serving("unix", note, async (address) => {
    for (let i = 0; i < 3; i++) {
      await readAll((await httpRequest({ ...post, address, body: "x" })).body);
    }
  });
  assert.equal(sockets.size, 3);
});

test("httpRequest() hands out pieces while the reply goes on, and can leave", async () => {
  const drip: RequestListener = (_, response) => void response.write("first");
  await serving("unix", drip, async (address) => {
    const { body } = await httpRequest({ address, method: "GET", path: "/", headers: {} });
    for await (const piece of body) {
      assert.equal(new TextDecoder().decode(piece), "first");
      break;
    }
  });
});

const unreachable: { name: string; address: HttpAddress; code: string }[] = [
  { name: "no socket", address: { kind: "unix", path: join(folder, "none") }, code: "ENOENT" },
  { name: "a folder", address: { kind: "unix", path: folder }, code: "ECONNREFUSED" },
  { name: "no server", address: { kind: "tcp", host: "127.0.0.1", port: 9 }, code: "ECONNREFUSED" },
];

for (const { name, address, code } of unreachable) {
  test(`httpRequest() says ${code} where there is ${name}`, async () => {
    await assert.rejects(httpRequest({ ...post, address, body: "" }), { code });
  });
}

test("httpRequest() gives up on a server that says nothing", async () => {
  await serving("unix", () => {}, async (address) => {
    const silent = httpRequest({ ...post, address, body: "", timeoutMs: 20 });
    await assert.rejects(silent, { code: "ETIMEDOUT" });
  });
});

test("httpRequest() says so when the reply breaks off", async () => {
  const cut: RequestListener = (_, response) => {
    response.writeHead(200, { "Content-Length": "10" });
    response.write("abc", () => response.destroy());
  };
  await serving("unix", cut, async (address) => {
    const { body } = await httpRequest({ ...post, address, body: "" });
    await assert.rejects(readAll(body), { code: "ECONNRESET" });
  });
});
