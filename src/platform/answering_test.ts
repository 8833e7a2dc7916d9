import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { type Answering, requestListener, type Shortcut } from "./answering.ts";

async function served(listener: http.RequestListener, body: (port: number) => Promise<void>) {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await body((server.address() as net.AddressInfo).port);
  await new Promise((resolve) => server.close(resolve));
}

/** What comes back for bytes that are sent in pieces, until the server hangs up or we do. */
async function told(shortcut: Shortcut, pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const fetch = async (request: Request) => new Response(`general: ${await request.text()}`);
  let got = "";
  await served(requestListener({ fetch, shortcut }), async (port) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.setEncoding("utf8").on("data", (text: string) => got += text);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    for (const piece of pieces) {
      await new Promise((resolve) => socket.write(piece, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bounded("the end of the connection", closed);
  });
  return got;
}

const head = (length: number, more = "") =>
  `POST /x?y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}` +
  `Content-Length: ${length}\r\n\r\n`;

const upper: Shortcut = () =>
  Promise.resolve((body) =>
    Promise.resolve({ status: 200, headers: { "X-Way": "short" }, body: body.toUpperCase() })
  );

const content = (reply: string) => reply.slice(reply.indexOf("\r\n\r\n") + 4);

test("a shortcut gets the whole body, characters that were cut in two included", async () => {
  const bytes = new TextEncoder().encode("a€b");
  const reply = await told(upper, [head(bytes.length), bytes.subarray(0, 2), bytes.subarray(2)]);
  assert.match(reply, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(reply, /\r\nX-Way: short\r\n/i);
  assert.match(reply, /\r\nContent-Length: 5\r\n/i);
  assert.equal(content(reply), "A€B");
});

test("what a shortcut leaves has its body still", async () => {
  const nothing: Shortcut = () => Promise.resolve(null);
  assert.match(await told(nothing, [head(5), "hello"]), /general: hello/);
});

test("a shortcut sees the request as it was sent, and a header that came twice with both values", async () => {
  const seen: unknown[] = [];
  const look: Shortcut = ({ method, url, header }) => {
    seen.push(method, url, header("x-twice"), header("host"), header("none"));
    return Promise.resolve(null);
  };
  await told(look, [head(1, "X-Twice: one\r\nx-twice: two\r\n"), "z"]);
  assert.deepEqual(seen, ["POST", "/x?y", "one, two", "localhost", null]);
});

/** A request whose client goes away at once. @param answering Told when that is known here. */
async function abandoned(answering: (gone: Promise<unknown>) => Answering): Promise<void> {
  const { promise: gone, resolve: tell } = Promise.withResolvers<void>();
  const listener = requestListener(answering(gone));
  const watched: http.RequestListener = (request, response) => {
    response.once("close", tell);
    listener(request, response);
  };
  await served(watched, async (port) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", () => socket.destroy());
    await bounded("the client's end", gone);
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  });
}

test("a signal that is looked at late tells of a client that went early", async () => {
  const seen: boolean[] = [];
  await abandoned((gone) => ({
    fetch: async (request) => {
      await gone;
      seen.push(request.signal.aborted);
      return new Response();
    },
  }));
  assert.deepEqual(seen, [true]);
});

test("nobody is asked to answer a client that has gone", async () => {
  let asked = 0;
  await abandoned((gone) => ({
    fetch: () => new Response(`${++asked}`),
    shortcut: () => gone.then(() => null),
  }));
  assert.equal(asked, 0);
});
