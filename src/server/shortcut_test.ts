import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../../tests/support/fake_server.ts";
import { lone } from "../../tests/support/fake_world.ts";
import { writeCall } from "../rpc/write_xml.ts";
import { xmlRpcShortcut } from "./shortcut.ts";

const credentials = { username: "user", password: "123" };
const authorization = `Basic ${btoa("user:123")}`;
const body = writeCall("supervisor.getAllProcessInfo", []);
const length = String(body.length);

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the shortcut of a server on this machine does with a call. */
function take({ method = "POST", url = "/RPC2", headers = {} }: Sent, password = false) {
  const server = new FakeServer([lone("web")]);
  const { daemon } = server;
  const hosts = password ? null : new Set(["localhost"]);
  const shortcut = xmlRpcShortcut(daemon, { credentials: password ? credentials : null, hosts });
  const all: Record<string, string> = { "content-length": length, ...headers };
  return shortcut({ method, url, header: (name) => all[name] || null, peer: "127.0.0.1" });
}

test("an ordinary call is answered as the general way answers it", async () => {
  const answer = await take({});
  assert.ok(answer);
  const { status, headers, body: reply } = await answer(body);
  const general = await new FakeServer([lone("web")]).post(body);
  assert.equal(status, general.status);
  assert.deepEqual(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]).sort(),
    [...general.headers].sort(),
  );
  assert.equal(new TextDecoder().decode(reply as Uint8Array), await general.text());
});

test("what is no call is answered 400, as the general way does it", async () => {
  const answer = await take({});
  const { status, body: page } = await answer!("hello");
  assert.equal(status, 400);
  assert.equal(page, await (await new FakeServer().post("hello")).text());
});

const left: readonly (readonly [what: string, sent: Sent, password?: boolean])[] = [
  ["another method", { method: "GET" }],
  ["another path", { url: "/RPC2x" }],
  ["a path with a query", { url: "/RPC2?x" }],
  ["a path that only leads there", { url: "/x/../RPC2" }],
  ["no length", { headers: { "content-length": "" } }],
  ["an empty body", { headers: { "content-length": "0" } }],
  ["a length that is none", { headers: { "content-length": "1e3" } }],
  ["a length twice", { headers: { "content-length": "5, 5" } }],
  ["a large body", { headers: { "content-length": "65537" } }],
  ["a body in chunks", { headers: { "transfer-encoding": "chunked" } }],
  ["an expectation", { headers: { expect: "100-continue" } }],
  ["a foreign host", { headers: { host: "evil.example" } }],
  ["a page of another site", { headers: { origin: "http://evil.example" } }],
  ["nobody's password", {}, true],
  ["a wrong password", { headers: { authorization: `Basic ${btoa("user:1234")}` } }, true],
  ["a password that is no base64", { headers: { authorization: "Basic %%%" } }, true],
];

for (const [what, sent, password] of left) {
  test(`${what} is left to the general way`, async () => {
    assert.equal(await take(sent, password), null);
  });
}

test("whoever has the password takes the shortcut", async () => {
  assert.ok(await take({ headers: { authorization } }, true));
});
