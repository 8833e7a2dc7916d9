import assert from "node:assert/strict";
import { test } from "node:test";
import { group, lone, on, program } from "../../../tests/support/fake_world.ts";
import { ctime } from "./ctime.ts";
import { FakeWeb } from "./testing.ts";

const PROTO = "__proto__";

/** `up` runs, `down` does not, and neither does the group `site` of `a` and `b`. */
function shop(): FakeWeb {
  const site = group("site", [program("a"), program("b")]);
  const web = new FakeWeb(lone("up"), lone("down"), site);
  web.world.run("up");
  return web;
}

const cases = [
  { action: "start", name: "down", says: "Process down started", down: "RUNNING" },
  { action: "start", name: "site:a", says: "Process site:a started" },
  { action: "start", name: "up", says: "ERROR: Process up: already started" },
  { action: "stop", name: "up", says: "Process up stopped", up: "STOPPED" },
  { action: "stop", name: "down", says: "unexpected rpc fault [70] NOT_RUNNING: down" },
  { action: "restart", name: "up", says: "Process up restarted" },
  { action: "restart", name: "down", says: "Process down restarted", down: "RUNNING" },
  { action: "clearlog", name: "up", says: "Log for up cleared" },
  { action: "start", name: "nobody", says: "No such process named nobody" },
  { action: "stop", name: "site:*", says: "No such process named site:*" },
  { action: "clearlog", name: PROTO, says: `No such process named ${PROTO}` },
  { action: "start", name: "", says: "No such process named " },
  { action: "startgroup", name: "site", says: "Group site started" },
  { action: "stopgroup", name: "up", says: "Group up stopped", up: "STOPPED" },
  { action: "restartgroup", name: "up", says: "Group up restarted" },
  { action: "startgroup", name: PROTO, says: `No such group named ${PROTO}` },
];

for (const { action, name, says, up = "RUNNING", down = "STOPPED" } of cases) {
  test(`${action} "${name}" says "${says}"`, async () => {
    const web = shop();
    assert.equal(await web.message(action, name), says);
    assert.deepEqual([web.world.state("up"), web.world.state("down")], [up, down]);
  });
}

const troubles = [
  { fault: "NO_FILE", says: "no such file" },
  { fault: "NOT_EXECUTABLE", says: "file not executable" },
] as const;

for (const { fault, says } of troubles) {
  test(`a start that meets ${fault} says "${says}"`, async () => {
    const web = shop();
    web.troubles.set("down", { fault, text: "why" });
    assert.equal(await web.message("start", "down"), `ERROR: Process down: ${says}`);
    web.troubles.set("a", { fault, text: "why" });
    assert.equal(
      await web.message("startgroup", "site"),
      `Group site started, but not a (${says})`,
    );
  });
}

test("a start that fails says spawn error", async () => {
  const web = shop();
  web.world.spawnFailures.set("down", "out of memory");
  assert.equal(await web.message("start", "down"), "ERROR: Process down: spawn error");
});

test("all are stopped and started again", async () => {
  const web = shop();
  const now = () => ctime(web.daemon.wall());
  assert.equal(await web.message("restartall"), `All restarted at ${now()}`);
  assert.equal(web.world.state("b"), "RUNNING");
  assert.equal(await web.message("stopall"), `All stopped at ${now()}`);
  assert.equal(web.world.state("up"), "STOPPED");
  assert.equal(await web.message("refresh"), `Page refreshed at ${now()}`);
});

test("only the named process's log is cleared", async () => {
  const web = shop();
  await web.message("clearlog", "site:b");
  assert.deepEqual(web.cleared, ["b"]);
});

test("nothing is started while the daemon goes down", async () => {
  const web = shop();
  web.world.supervisor.beginStopping();
  const fault = "unexpected rpc fault [6] SHUTDOWN_STATE";
  assert.equal(await web.message("start", "down"), `ERROR: Process down: ${fault}`);
  assert.equal(await web.message("stopall"), fault);
});

test("an action that does not exist is refused", async () => {
  for (const action of ["", "explode", PROTO, "constructor"]) {
    assert.equal((await shop().press({ action })).status, 400, action);
  }
});

/** `web` and `site:a` depend on `db`, which is down. */
function waitingShop(): FakeWeb {
  const waiting = { depends_on: [on("db")], startsecs: 0 };
  const site = group("site", [program("a", waiting), program("b", { startsecs: 0 })]);
  return new FakeWeb(lone("web", waiting), lone("db", { autostart: false }), site);
}

const waits = [
  { action: "start", name: "web", says: "Process web is waiting for db, which is STOPPED" },
  { action: "restart", name: "web", says: "Process web restarted" },
  {
    action: "startgroup",
    name: "site",
    says: "Group site started, but not a (waiting for db, which is STOPPED)",
  },
  {
    action: "restartgroup",
    name: "site",
    says: "Group site restarted, but not a (waiting for db, which is STOPPED)",
  },
];

for (const { action, name, says } of waits) {
  test(`${action} of what waits for others says "${says}"`, async () => {
    const web = waitingShop();
    assert.equal(await web.message(action, name), says);
  });
}

test("the page does not wait for what is on its way, and offers a stop", async () => {
  const web = waitingShop();
  web.world.supervisor.start(web.world.process("db"));
  const says = "Process web is waiting for db to be started";
  assert.equal(await web.message("start", "web"), says);
  assert.equal(await web.message("stop", "web"), "Process web stopped");
});
