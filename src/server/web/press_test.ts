import assert from "node:assert/strict";
import { test } from "node:test";
import { lone } from "../../../tests/support/fake_world.ts";
import { FakeWeb, HOST } from "./testing.ts";

const START = { action: "start", processname: "web" };

const refusals = [
  { name: "without a token", status: 403, fields: { token: "" } },
  { name: "with an older token", status: 403, fields: { token: crypto.randomUUID() } },
  { name: "of nonsense length", status: 400, headers: { "Content-Length": "-1" } },
  { name: "that is huge", status: 413, headers: { "Content-Length": "99999999" } },
];

for (const { name, status, headers, fields } of refusals) {
  test(`a press ${name} is answered ${status} and does nothing`, async () => {
    const web = new FakeWeb(lone("web"));
    const reply = await web.press({ ...START, ...fields }, headers as Record<string, string>);
    assert.equal(reply.status, status);
    assert.equal(web.world.state("web"), "STOPPED");
  });
}

test("a press of unknown length is answered 411", async () => {
  const web = new FakeWeb(lone("web"));
  assert.equal((await web.fetch("/", { method: "POST", body: "action=stopall" })).status, 411);
});

const browsers = [
  { name: "that sends nothing but the token", headers: {} },
  { name: "that sends its origin", headers: { "Origin": `http://${HOST}` } },
  { name: "that knows where it comes from", headers: { "Sec-Fetch-Site": "same-origin" } },
];

for (const { name, headers } of browsers) {
  test(`a browser ${name} is sent back to the page with what was done`, async () => {
    const web = new FakeWeb(lone("web"));
    const reply = await web.press(START, headers as Record<string, string>);
    assert.equal(reply.status, 303);
    assert.equal(reply.headers.get("location"), "./?message=Process%20web%20started");
    assert.equal(web.world.state("web"), "RUNNING");
  });
}

test("a press with an older token gets a page with a good one and the reason", async () => {
  const web = new FakeWeb(lone("web"));
  const page = await (await web.press({ ...START, token: "old" })).text();
  assert.match(page, /Nothing was done: the page was from before/);
  assert.ok(page.includes(await web.token()));
});

test("a script is told what was done in plain words", async () => {
  const web = new FakeWeb(lone("web"));
  const headers = { "Sec-Fetch-Site": "same-origin", "Accept": "text/plain" };
  const reply = await web.press(START, headers);
  assert.equal(reply.status, 200);
  assert.equal(await reply.text(), "Process web started");
  assert.equal((await web.press({ ...START, token: "old" }, headers)).status, 403);
});

test("fields of the form come before those of the address", async () => {
  const web = new FakeWeb(lone("web"), lone("other"));
  const path = "/index.html?action=stopall&processname=web";
  await web.press({ action: "start", processname: "other" }, {}, path);
  assert.deepEqual(web.world.launched, ["other"]);
  await web.press({ action: "start" }, {}, path);
  assert.deepEqual(web.world.launched, ["other", "web"]);
});
