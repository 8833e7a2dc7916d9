import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { test } from "node:test";
import { bounded } from "../../tests/support/bounded.ts";
import { hangUpOnSlowClients } from "./slow_clients.ts";

/** What is told of a connection that sends `text` and then nothing, to a server without patience. */
async function told(text: string, patient = false): Promise<string> {
  const server = http.createServer({ connectionsCheckingInterval: 2 ** 31 - 1 });
  const ms = (impatient: number) => patient ? 3_600_000 : impatient;
  hangUpOnSlowClients(server, { headersMs: ms(30), bodyMs: ms(30), idleMs: ms(30) });
  server.on("request", (request, response) => {
    request.resume();
    if (request.url === "/slow") setTimeout(() => response.end("late"), 100);
    else request.once("end", () => response.end("soon"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
  let got = "";
  socket.setEncoding("utf8").on("data", (piece: string) => {
    got += piece;
    if (patient && /soon|late/.test(got)) socket.destroy();
  });
  await bounded(
    "the end of the connection",
    new Promise((resolve) => socket.once("close", resolve)),
  );
  await new Promise((resolve) => server.close(resolve));
  return got.slice(got.indexOf("\r\n\r\n") + 4).replace(/^\w+\r\n|\r\n\w*/g, "");
}

const HEAD = "POST / HTTP/1.1\r\nHost: localhost\r\n";

const cases: readonly (readonly [name: string, sent: string, reply: string])[] = [
  ["says nothing", "", ""],
  ["does not end its headers", HEAD, ""],
  ["does not end its body", `${HEAD}Content-Length: 9\r\n\r\nabc`, ""],
  ["does not end its chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, ""],
  ["says nothing after a reply", `${HEAD}Content-Length: 3\r\n\r\nabc`, "soon"],
  ["does not end its second request", `${HEAD}Content-Length: 3\r\n\r\nabc${HEAD}`, "soon"],
];

for (const [name, sent, reply] of cases) {
  test(`a client that ${name} is hung up on`, async () => {
    assert.equal(await told(sent), reply);
  });
}

test("a client that waits for its reply is not", async () => {
  assert.equal(await told("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"), "late");
  const body = "Content-Length: 3\r\n\r\nabc";
  assert.equal(await told(`POST /slow HTTP/1.1\r\nHost: localhost\r\n${body}`), "late");
});

test("a client that is quick enough is served", async () => {
  assert.equal(await told(`${HEAD}Content-Length: 3\r\n\r\nabc`, true), "soon");
});
