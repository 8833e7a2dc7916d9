import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../tests/support/fake_server.ts";
import { lone } from "../../tests/support/fake_world.ts";
import { writeCall } from "../rpc/write_xml.ts";

const credentials = { username: "user", password: "123" };
const authorization = { authorization: `Basic ${btoa("user:123")}` };
const GET_VERSION = writeCall("supervisor.getVersion", []);

/** Routes as they stand in the router, so that a new one cannot be forgotten; `*` is any text. */
const routes = new FakeServer().routes.filter(({ path }) => path !== "/*");
const paths = new Set(routes.map(({ path }) => path.replaceAll("*", "x")));

test("the router knows the paths that clients know", () => {
  for (const path of ["/", "/RPC2x", "/logtail/x", "/mainlogtailx", "/tail.html", "/events"]) {
    assert.ok(paths.has(path), path);
  }
});

for (const path of [...paths, "/nowhere", "//RPC2", "/%52PC2", "/RPC2/../RPC2"]) {
  test(`${path} is closed to whoever has no password`, async () => {
    const server = new FakeServer([lone("web")], credentials);
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const reply = await server.fetch(`http://localhost${path}`, { method });
      assert.equal(reply.status, 401, method);
      assert.equal(reply.headers.get("connection"), "close");
      assert.equal(reply.headers.get("www-authenticate"), 'Basic realm="default"');
      if (method === "HEAD") continue;
      assert.match(await reply.text(), /<p>Error code 401.\r\n<p>Message: Unauthorized.\r\n/);
    }
  });
}

test("whoever has the password is let in", async () => {
  const server = new FakeServer([], credentials);
  const reply = await server.post(GET_VERSION, authorization);
  assert.equal(reply.status, 200);
  assert.match(await reply.text(), /<string>3\.0<\/string>/);
});

const refusals: readonly (readonly [string, Record<string, string>, number])[] = [
  ["a wrong password", { authorization: `Basic ${btoa("user:1234")}` }, 401],
  ["another scheme", { authorization: "Bearer 123" }, 401],
  ["a pair without a colon", { authorization: `Basic ${btoa("user")}` }, 401],
  ["what is no base64", { authorization: "Basic %%%" }, 400],
];

for (const [name, headers, status] of refusals) {
  test(`${name} is answered ${status}, and nothing is done`, async () => {
    const server = new FakeServer([], credentials);
    const reply = await server.post(writeCall("supervisor.shutdown", []), headers);
    assert.equal(reply.status, status);
    assert.deepEqual(server.deeds, []);
  });
}

test("a server without a password asks for none", async () => {
  assert.equal((await new FakeServer().post(GET_VERSION)).status, 200);
});

test("every reply says that it comes from Medusa", async () => {
  const open = new FakeServer();
  const closed = new FakeServer([], credentials);
  const replies = [
    await open.post(GET_VERSION),
    await open.fetch("/nowhere"),
    await open.fetch("/RPC2"),
    await closed.fetch("/"),
  ];
  for (const { headers } of replies) assert.equal(headers.get("server"), "Medusa/1.12");
});

test("an error page is laid out as clients know it", async () => {
  const reply = await new FakeServer().fetch("/nowhere");
  assert.equal(reply.status, 404);
  assert.equal(reply.headers.get("content-type"), "text/html");
  assert.equal(
    await reply.text(),
    "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n" +
      "<p>Error code 404.\r\n<p>Message: Not Found.\r\n</body>\r\n",
  );
});

/** Columns: method, path, status. @see spec/control.md §1 */
const wrong: readonly (readonly [string, string, number])[] = [
  ["GET", "/RPC2", 400],
  ["PUT", "/RPC2", 400],
  ["GET", "/nowhere", 404],
  ["HEAD", "/nowhere", 404],
  ["POST", "/nowhere", 400],
  ["DELETE", "/nowhere", 400],
  ["POST", "/logtail/web", 400],
  ["POST", "/mainlogtail", 400],
  ["GET", "/logtail", 404],
  ["GET", "/logtail/", 404],
];

for (const [method, path, status] of wrong) {
  test(`${method} ${path} is answered ${status}`, async () => {
    const server = new FakeServer([lone("web")]);
    assert.equal((await server.fetch(path, { method })).status, status);
  });
}

for (const path of ["/RPC2", "/RPC2/", "/RPC2/x", "/RPC2x", "/RPC2?x=1"]) {
  test(`calls are taken at ${path}`, async () => {
    const reply = await new FakeServer().fetch(path, {
      method: "POST",
      body: GET_VERSION,
      headers: { "content-length": String(GET_VERSION.length) },
    });
    assert.equal(reply.status, 200);
  });
}

/** Columns: what, headers, status. The body is a call that would do something. */
const lengths: readonly (readonly [string, Record<string, string>, number])[] = [
  ["no length", {}, 411],
  ["a chunked body", { "transfer-encoding": "chunked", "content-length": "10" }, 411],
  ["a length that is no number", { "content-length": "ten" }, 400],
  ["a negative length", { "content-length": "-1" }, 400],
  ["more than 16 MiB", { "content-length": "16777217" }, 413],
  ["a length beyond all numbers", { "content-length": "9".repeat(400) }, 413],
];

for (const [name, headers, status] of lengths) {
  test(`a call with ${name} is answered ${status}`, async () => {
    const server = new FakeServer();
    const body = writeCall("supervisor.shutdown", []);
    const reply = await server.fetch("/RPC2", { method: "POST", body, headers });
    assert.equal(reply.status, status);
    assert.deepEqual(server.deeds, []);
  });
}

test("bodies that come in at the same time take no more than their share, small ones always do", async () => {
  const server = new FakeServer();
  const large = (bytes: number) => {
    let send!: (text: string) => void;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => {
          controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        };
      },
    });
    const headers = { "content-length": String(bytes) };
    const init = { method: "POST", body, headers, duplex: "half" } as RequestInit;
    return { reply: server.fetch("/RPC2", init), send: (text: string) => send(text) };
  };
  const [one, two, three] = [16 << 20, 16 << 20, 100_000].map(large);
  const refused = await three!.reply;
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("connection"), "close");
  assert.equal((await server.post(GET_VERSION)).status, 200);
  one!.send(GET_VERSION);
  assert.equal((await one!.reply).status, 200);
  const four = large(16 << 20);
  four.send(GET_VERSION);
  two!.send("rubbish");
  assert.deepEqual([(await four.reply).status, (await two!.reply).status], [200, 400]);
});

/** Columns: what, headers, whether it is let in. */
const origins: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ["a client that is no browser", {}, true],
  ["a page of our own", { origin: "http://localhost" }, true],
  ["a page of another site", { origin: "http://evil.example" }, false],
  ["a page of another port", { origin: "http://localhost:8080" }, false],
  ["a page without an origin", { origin: "null" }, false],
  ["what the browser calls another site", { "sec-fetch-site": "cross-site" }, false],
];

for (const [name, headers, isLetIn] of origins) {
  test(`${name} ${isLetIn ? "can" : "cannot"} have a browser post`, async () => {
    for (const [asked, extra] of [[null, {}], [credentials, authorization]] as const) {
      const server = new FakeServer([lone("web")], asked);
      const all = { host: "localhost", "content-type": "text/plain", ...extra, ...headers };
      const reply = await server.post(writeCall("supervisor.shutdown", []), all);
      assert.equal(reply.status, isLetIn ? 200 : 403);
      assert.deepEqual(server.deeds, isLetIn ? ["shutdown"] : []);
      for (const path of ["/", "/index.html", "/nowhere"]) {
        const { status } = await server.fetch(path, { method: "POST", headers: all });
        assert.equal(status === 403, !isLetIn, path);
      }
    }
  });
}

/** Columns: URL, Host, whether it is answered by a server that is called `localhost` only. */
const hosts: readonly (readonly [string, string | null, boolean])[] = [
  ["/ok.html", "localhost", true],
  ["/ok.html", "LOCALHOST:9001", true],
  ["/ok.html", null, true],
  ["/ok.html", "evil.example", false],
  ["/ok.html", "", false],
  ["/ok.html", "localhost, evil.example", false],
  ["http://evil.example/ok.html", "localhost", false],
  ["http://evil.example/ok.html", null, false],
];

for (const [url, host, isAnswered] of hosts) {
  test(`${url} of host "${host}" is ${isAnswered ? "" : "not "}answered on loopback`, async () => {
    const server = new FakeServer([], null, new Set(["localhost"]));
    const reply = await server.fetch(url, { headers: host === null ? {} : { host } });
    assert.equal(reply.status, isAnswered ? 200 : 403);
  });
}

/** Columns: what, body, the end of the log line. */
const bodies: readonly (readonly [string, string, string])[] = [
  ["is empty", "", "unmarshallable"],
  ["is no XML", "hello", "unmarshallable"],
  ["is cut off", GET_VERSION.slice(0, -20), "unmarshallable"],
  ["names no method", "<methodCall><params/></methodCall>", "no method name"],
  [
    "names an empty method",
    "<methodCall><methodName></methodName></methodCall>",
    "no method name",
  ],
  [
    "has a DOCTYPE",
    `<!DOCTYPE x [<!ENTITY a "b">]>${GET_VERSION.slice(GET_VERSION.indexOf("<methodCall"))}`,
    "unmarshallable",
  ],
];

for (const [name, body, why] of bodies) {
  test(`a call that ${name} is answered 400, and logged`, async () => {
    const server = new FakeServer();
    assert.equal((await server.post(body)).status, 400);
    const [line] = server.world.lines;
    assert.match(line!, /^ERROR XML-RPC request data /);
    assert.ok(line!.endsWith(` is invalid: ${why}`), line);
    assert.doesNotMatch(line!, /\n/);
  });
}

test("a reply is XML as Python writes it, with its length in bytes", async () => {
  const server = new FakeServer([lone("wéb")]);
  const reply = await server.post(writeCall("supervisor.getProcessInfo", ["wéb"]));
  assert.equal(reply.headers.get("content-type"), "text/xml");
  const text = await reply.text();
  assert.ok(text.startsWith("<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>"));
  const bytes = new TextEncoder().encode(text).length;
  assert.notEqual(bytes, text.length);
  assert.equal(reply.headers.get("content-length"), String(bytes));
});

test("a fault is a reply like any other", async () => {
  const reply = await new FakeServer().post(writeCall("supervisor.nothing", []));
  assert.equal(reply.status, 200);
  assert.match(await reply.text(), /<fault>[^]*<int>1<\/int>[^]*UNKNOWN_METHOD/);
});

test("a mistake of our own is answered 500, and logged", async () => {
  const server = new FakeServer([lone("web")]);
  server.daemon.logPaths = () => {
    throw new TypeError("oops");
  };
  const reply = await server.post(writeCall("supervisor.getProcessInfo", ["web"]));
  assert.equal(reply.status, 500);
  assert.doesNotMatch(await reply.text(), /oops/);
  assert.match(server.world.lines.at(-1)!, /^ERROR .*Server Error: .*oops/);
});

test("a call is mentioned at trace level", async () => {
  const server = new FakeServer();
  await server.post(GET_VERSION);
  assert.deepEqual(server.world.lines, ["TRACE XML-RPC method called: supervisor.getVersion()"]);
});
