import assert from "node:assert/strict";
import { test } from "node:test";
import { group, lone, program } from "../../../tests/support/fake_world.ts";
import { FakeWeb } from "./testing.ts";

/** What the page shows as the log. */
async function tail(web: FakeWeb, query: string): Promise<string> {
  const page = await web.page(`/tail.html?${query}`);
  return /<pre[^>]*>([^<]*)<\/pre>/.exec(page)![1]!;
}

function shop(stdout = ""): FakeWeb {
  const web = new FakeWeb(lone("web"), group("site", [program("a")]));
  web.logs.set("web.stdout", stdout);
  web.logs.set("web.stderr", "oops");
  return web;
}

const limits = [
  { limit: "", bytes: 1024 },
  { limit: "10", bytes: 1024 },
  { limit: "2000", bytes: 2000 },
  { limit: "-2000", bytes: 1024 },
  { limit: "many", bytes: 1024 },
  { limit: "999999999999", bytes: 1024 * 1024 },
];

for (const { limit, bytes } of limits) {
  test(`a limit of "${limit}" shows the last ${bytes} bytes`, async () => {
    const web = shop("x".repeat(2 * 1024 * 1024));
    assert.equal((await tail(web, `processname=web&limit=${limit}`)).length, bytes);
  });
}

const troubles = [
  { query: "", says: "No process name found" },
  { query: "processname=", says: "No process name found" },
  { query: "processname=site:a", says: "No file for site:a" },
  { query: "processname=x", says: "ERROR: unexpected rpc fault [10] BAD_NAME: x" },
  { query: "processname=site:*", says: "ERROR: unexpected rpc fault [10] BAD_NAME: site:*" },
];

for (const { query, says } of troubles) {
  test(`tail.html?${query} says "${says}"`, async () => {
    assert.equal(await tail(shop(), query), says);
  });
}

test("stderr is shown when it is asked for", async () => {
  assert.equal(await tail(shop(), "processname=web&channel=stderr"), "oops");
});

test("colours go, and so does half a character at the beginning", async () => {
  const colourful = shop("\x1b[31mred\x1b[0m \u00fc");
  assert.equal(await tail(colourful, "processname=web"), "red \u00fc");
  const cut = shop(`\u20ac${"x".repeat(1022)}`);
  assert.equal(await tail(cut, "processname=web"), "x".repeat(1022));
});

test("without scripts a log is followed as plain text", async () => {
  const web = shop("hello");
  const page = await web.page("/tail.html?processname=web&channel=stderr&follow=1");
  assert.match(page, /<noscript><meta http-equiv="refresh" content="0; url=logtail\/web\/stderr"/);
  assert.match(page, /data-stream="logtail\/web\/stderr"/);
  assert.doesNotMatch(await web.page("/tail.html?processname=web"), /logtail/);
});
