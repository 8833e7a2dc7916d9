import assert from "node:assert/strict";
import { test } from "node:test";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";
import { FakeWeb } from "./testing.ts";

const EVIL = "<img src=x onerror=alert(1)>";
const ESCAPED = "&lt;img src=x onerror=alert(1)&gt;";

/** The cells of a process's row: its state, name, description and actions, without markup. */
function cells(page: string, namespec: string): string[] {
  const row = page.split("<tr ").find((each) => each.startsWith(`id="process ${namespec}"`))!;
  return row.split("</tr>")[0]!.split(/<t[dh] /).slice(1).map((cell) =>
    cell.replace(/^[^>]*>/, "").replace(/<\/(button|a)>/g, "|").replace(/<[^>]*>/g, "")
  );
}

test("a row says what a process does and what can be done", async () => {
  const failing = lone("bad", { startretries: 0 });
  const web = new FakeWeb(lone("up"), lone("down"), failing);
  web.world.run("up");
  web.world.supervisor.start(web.world.process("bad"));
  web.world.exit("bad", code(1));
  web.world.clock.tick(5_000);
  const page = await web.page("/");
  const rest = "Clear Log|Tail -f Stdout|Tail -f Stderr|";
  assert.deepEqual(cells(page, "up"), [
    "running",
    "up|",
    "pid 101, uptime 0:00:06",
    `Restart|Stop|${rest}`,
  ]);
  assert.deepEqual(cells(page, "down"), ["stopped", "down|", "Not started", `Start|${rest}`]);
  const why = "Exited too quickly (process log may have details)";
  assert.deepEqual(cells(page, "bad"), ["fatal", "bad|", `${why} Why?|`, `Start|${rest}`]);
  assert.match(page, /1 process could not be started/);
});

test("a row says what checks say of a process", async () => {
  const web = new FakeWeb(lone("up"));
  web.world.run("up");
  web.world.supervisor.mark(web.world.process("up"), { ready: true, healthy: false });
  const [, , description] = cells(await web.page("/"), "up");
  assert.equal(description, "pid 101, uptime 0:00:01, unhealthy Why?|");
});

test("a process between states offers only its logs", async () => {
  const web = new FakeWeb(lone("web"));
  web.world.supervisor.start(web.world.process("web"));
  const [state, , , actions] = cells(await web.page("/"), "web");
  assert.equal(state, "starting");
  assert.equal(actions, "Clear Log|Tail -f Stdout|Tail -f Stderr|");
});

test("processes are sorted by group, then name, and a group has its own buttons", async () => {
  const web = new FakeWeb(lone("z"), group("site", [program("b"), program("a")]), lone("m"));
  const page = await web.page("/index.html");
  const ids = [...page.matchAll(/<tr id="([^"]+)"/g)].map(([, id]) => id);
  const members = ["group site", "process site:a", "process site:b"];
  assert.deepEqual(ids, ["process m", ...members, "process z"]);
  assert.match(page, /value="stopgroup"[^>]*>Stop Group</);
  assert.match(page, /href="tail.html\?processname=site%3Aa"/);
});

test("a daemon without programs says so, and who and where it is", async () => {
  const page = await new FakeWeb().page("/");
  assert.match(page, /No programs to manage/);
  assert.match(page, /<title>shop on box<\/title>/);
});

test("names, messages and logs are text, whatever is in them", async () => {
  const web = new FakeWeb(lone(EVIL), lone("__proto__"));
  web.world.spawnFailures.set(EVIL, EVIL);
  web.world.process(EVIL).spawnerr = EVIL;
  web.logs.set("__proto__.stdout", EVIL);
  const query = encodeURIComponent(EVIL);
  const paths = ["/", `/?message=${query}`, `/?action=${query}`];
  for (const path of [...paths, `/tail.html?processname=${query}`]) {
    const page = await web.page(path);
    assert.ok(page.includes(ESCAPED), path);
    assert.ok(!page.includes("<img"), path);
  }
  assert.ok((await web.page("/tail.html?processname=__proto__")).includes(ESCAPED));
  assert.match(await web.page("/"), /<tr id="process __proto__">/);
});

test("a link cannot act, and says so", async () => {
  const web = new FakeWeb(lone("web"));
  web.world.run("web");
  web.world.forget();
  for (const action of ["stop", "restart", "stopall", "restartall", "clearlog", "stopgroup"]) {
    const page = await web.page(`/index.html?action=${action}&processname=web`);
    assert.match(page, new RegExp(`Nothing was done: a link cannot ${action}\\.`));
  }
  assert.deepEqual([web.world.changes, web.world.signals, web.cleared], [[], [], []]);
});

const files = [
  { path: "/", type: "text/html;charset=utf-8" },
  { path: "/index.html", type: "text/html;charset=utf-8" },
  { path: "/tail.html", type: "text/html;charset=utf-8" },
  { path: "/ok.html", type: "text/plain" },
  { path: "/stylesheets/supervisor.css", type: "text/css" },
  { path: "/static/live.js", type: "text/javascript" },
  { path: "/static/tail.js", type: "text/javascript" },
  { path: "/static/icon.svg", type: "image/svg+xml" },
  { path: "/events", type: "text/event-stream" },
];

for (const { path, type } of files) {
  test(`${path} is ${type}, and lets nothing foreign in`, async () => {
    const web = new FakeWeb(lone("web"));
    for (const method of ["GET", "HEAD"]) {
      const reply = await web.fetch(path, { method });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get("content-type"), type);
      assert.match(reply.headers.get("content-security-policy")!, /^default-src 'none'; /);
      assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
      assert.equal(reply.headers.get("cache-control"), "no-cache");
      assert.equal(reply.headers.get("expires"), "Thu, 01 Jan 1970 00:00:00 GMT");
      if (method === "HEAD") assert.equal(await reply.text(), "");
      else await reply.body?.cancel();
    }
    assert.equal(web.listeners.size, 0);
  });
}

test("/ok.html says OK", async () => {
  assert.equal(await new FakeWeb().page("/ok.html"), "OK");
});

test("pages have no inline scripts or styles, which the policy forbids", async () => {
  const web = new FakeWeb(lone("web"));
  for (const path of ["/", "/tail.html?processname=web"]) {
    const page = await web.page(path);
    assert.doesNotMatch(page, /<style|style=|<script(?! src=)|\son\w+=|https?:/);
  }
});

test("what is not ours falls through", async () => {
  assert.equal((await new FakeWeb().fetch("/nope")).status, 404);
});
