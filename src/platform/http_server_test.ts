import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import { after, test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { bounded, until } from "../../tests/support/bounded.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import type { Fetch } from "./answering.ts";
import { type HttpServer, listenInet } from "./http_server.ts";
import type { KeptNews } from "./kept_file.ts";
import { listenUnix } from "./unix_server.ts";

const folder = tempFolder();
const servers: HttpServer[] = [];
after(() => Promise.all(servers.map((server) => server.close())));

const onFull = () => {};
let sockets = 0;
const newPath = () => `${folder}/${++sockets}.sock`;

const echo: Fetch = async (request) => {
  const { pathname } = new URL(request.url);
  return new Response(`${request.method} ${pathname} ${await request.text()}`);
};

interface Wanted {
  readonly path?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly fetch?: Fetch;
}

/** A server on a socket, with the sockets that it told to be stale. */
async function serve(
  { path = newPath(), mode = 0o700, uid = -1, gid = -1, fetch = echo }: Wanted = {},
) {
  const stale: string[] = [];
  const news: KeptNews["type"][] = [];
  const clock = new FakeClock();
  const server = await listenUnix({
    path,
    mode,
    uid,
    gid,
    clock,
    onFull,
    onStale: (found) => void stale.push(found),
    onNews: ({ type }) => void news.push(type),
  }, { fetch });
  servers.push(server);
  return { server, path, stale, news, clock };
}

/** Sends bytes as they are, and reads until the server hangs up. */
function talk(path: string, text: string): Promise<string> {
  return bounded(
    "the end of the connection",
    new Promise((resolve, reject) => {
      let reply = "";
      const socket = net.connect({ path }, () => socket.write(text));
      socket.on("data", (data) => reply += data);
      socket.on("close", () => resolve(reply));
      socket.on("error", (error: Error & { code?: string }) => {
        if (error.code === "ECONNRESET") resolve(reply);
        else reject(error);
      });
    }),
  );
}

const body = (reply: string) => reply.slice(reply.indexOf("\r\n\r\n") + 4);

for (const mode of [0o700, 0o777, 0o600, 0o760]) {
  test(`a socket has mode ${mode.toString(8)} exactly, whatever the umask`, async () => {
    const umask = process.umask(0o077);
    try {
      const { path } = await serve({ mode });
      assert.equal(fs.statSync(path).mode & 0o7777, mode);
      assert.equal(process.umask(), 0o077);
    } finally {
      process.umask(umask);
    }
  });
}

if (process.getuid!() === 0) {
  test("a socket gets its owner", async () => {
    const { path } = await serve({ uid: 65_534, gid: 65_533 });
    const { uid, gid } = fs.statSync(path);
    assert.deepEqual([uid, gid], [65_534, 65_533]);
  });
}

test("a socket leaves no other name behind, and goes with its server", async () => {
  const { path, server } = await serve();
  const name = path.slice(folder.length + 1);
  const related = () => fs.readdirSync(folder).filter((each) => each.startsWith(name));
  assert.deepEqual(related(), [name]);
  await server.close();
  assert.deepEqual(related(), []);
});

test("a socket that nobody answers on is replaced, and that is told", async () => {
  const path = newPath();
  const crashed = net.createServer();
  await new Promise<void>((resolve) => crashed.listen(`${path}.old`, resolve));
  fs.linkSync(`${path}.old`, path);
  await new Promise((resolve) => crashed.close(resolve));
  assert.ok(fs.statSync(path).isSocket());
  const { stale } = await serve({ path });
  assert.deepEqual(stale, [path]);
  assert.equal(body(await talk(path, "GET /a HTTP/1.0\r\n\r\n")), "GET /a ");
});

test("a file in the place of the socket is nobody's stale socket, and stays", async () => {
  const path = newPath();
  fs.writeFileSync(path, "precious");
  await assert.rejects(serve({ path }), { code: "EEXIST" });
  assert.equal(fs.readFileSync(path, "utf8"), "precious");
});

test("a socket that is answered is refused, and goes on answering", async () => {
  const { path, stale } = await serve();
  await assert.rejects(serve({ path }), { code: "EADDRINUSE", pid: process.pid });
  assert.deepEqual(stale, []);
  assert.equal(body(await talk(path, "GET /b HTTP/1.0\r\n\r\n")), "GET /b ");
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith(".")), []);
});

test("a link that leads nowhere is replaced itself, and nothing is made where it leads", async () => {
  const path = newPath();
  fs.symlinkSync(`${path}.target`, path);
  const { stale } = await serve({ path });
  assert.deepEqual(stale, [path]);
  assert.ok(fs.lstatSync(path).isSocket());
  assert.ok(!fs.existsSync(`${path}.target`));
});

test("a path of 107 bytes is served, one of 108 refused by its code", async () => {
  const path = (bytes: number) => `${folder}/${"x".repeat(bytes - folder.length - 1)}`;
  const { path: longest } = await serve({ path: path(107) });
  assert.equal(body(await talk(longest, "GET /l HTTP/1.0\r\n\r\n")), "GET /l ");
  await assert.rejects(serve({ path: path(108) }), { code: "ENAMETOOLONG" });
});

test("a socket that is removed is made again, with its mode; connections that were made go on", async () => {
  const { path, news, clock } = await serve({ mode: 0o640 });
  const replies: string[] = [];
  const kept = net.connect({ path }, () => kept.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"));
  kept.on("data", (data) => replies.push(body(String(data))));
  await until("a first reply", () => replies.length === 1);
  fs.rmSync(path);
  await until("it is seen", () => clock.pending === 1);
  clock.tick(500);
  await until("it is back", () => news.length > 0);
  assert.deepEqual(news, ["restored"]);
  assert.equal(fs.statSync(path).mode & 0o7777, 0o640);
  assert.equal(body(await talk(path, "GET /new HTTP/1.0\r\n\r\n")), "GET /new ");
  kept.write("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  await until("a second reply", () => replies.length === 2);
  assert.deepEqual(replies, ["GET /1 ", "GET /2 "]);
  kept.destroy();
});

test("a socket that was replaced meanwhile is left to its new owner", async () => {
  const { path, server } = await serve();
  fs.rmSync(path);
  fs.writeFileSync(path, "somebody else's");
  await server.close();
  assert.equal(fs.readFileSync(path, "utf8"), "somebody else's");
});

test("a folder that is not there is told by its code", async () => {
  await assert.rejects(serve({ path: `${folder}/none/s` }), { code: "ENOENT" });
});

test("HTTP/1.0 without Host is answered, and the connection ends", async () => {
  const { path } = await serve();
  const reply = await talk(path, "GET /x?y=1 HTTP/1.0\r\n\r\n");
  assert.match(reply, /^HTTP\/1\.[01] 200 OK\r\n/);
  assert.equal(body(reply), "GET /x ");
});

test("a body is read to its Content-Length", async () => {
  const { path } = await serve();
  const reply = await talk(
    path,
    "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
  );
  assert.match(reply, /POST \/RPC2 hello/);
});

test("requests on one connection are answered in order, also when they come together", async () => {
  const { path } = await serve();
  const reply = await talk(
    path,
    "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  assert.match(reply, /GET \/1 [^]*GET \/2 /);
});

const garbage = [
  "garbage\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00",
  "GET\r\n\r\n",
  "GET / HTTP/9.9\r\n\r\n",
  "GET / HTTP/1.1\r\nHost x\r\n\r\n",
];

for (const text of garbage) {
  test(`${JSON.stringify(text)} ends the connection without a reply`, async () => {
    const { path } = await serve();
    assert.equal(await talk(path, text), "");
    assert.equal(body(await talk(path, "GET /on HTTP/1.0\r\n\r\n")), "GET /on ");
  });
}

test("no error page of the runtime is ever shown", async () => {
  const fetch: Fetch = () => {
    throw new Error("secret");
  };
  const { path } = await serve({ fetch });
  assert.doesNotMatch(await talk(path, "GET / HTTP/1.0\r\n\r\n"), /secret|Bun|Deno/);
});

test("close() ends connections that are kept alive", async () => {
  const { path, server } = await serve();
  const ended = new Promise<void>((resolve) => {
    const socket = net.connect({ path }, () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.once("data", () => void server.close());
    socket.on("close", () => resolve());
    socket.on("error", () => {});
  });
  await bounded("the end of a kept connection", ended);
});

test("close() ends replies that would go on for ever", async () => {
  const fetch: Fetch = () => {
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
    });
    return new Response(endless);
  };
  const { path, server } = await serve({ fetch });
  const ended = new Promise<void>((resolve) => {
    const socket = net.connect({ path }, () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.once("data", () => void server.close().then(resolve));
    socket.on("error", () => {});
  });
  await bounded("the end of the server", ended);
});

test("a port is served, refused to a second server, and let go", async () => {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const server = await listenInet({ host: "127.0.0.1", port, onFull }, { fetch: echo });
  servers.push(server);
  const reply = await bounded("a reply", fetch(`http://127.0.0.1:${port}/x`));
  assert.equal(await reply.text(), "GET /x ");
  await assert.rejects(listenInet({ host: "127.0.0.1", port, onFull }, { fetch: echo }), {
    code: "EADDRINUSE",
  });
  await server.close();
  servers.push(await listenInet({ host: "127.0.0.1", port, onFull }, { fetch: echo }));
});

test("an address of another machine is told by its code", async () => {
  await assert.rejects(listenInet({ host: "203.0.113.1", port: 0, onFull }, { fetch: echo }), {
    code: "EADDRNOTAVAIL",
  });
});
