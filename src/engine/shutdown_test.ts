import assert from "node:assert/strict";
import { test } from "node:test";
import {
  code,
  FakeWorld,
  group,
  killed,
  lone,
  on,
  program,
} from "../../tests/support/fake_world.ts";
import { isStoppedState } from "../model/state.ts";
import { stopEverything, untilStopped } from "./shutdown.ts";

/** Lets everything happen that has nothing to wait for. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Begins a shutdown of RUNNING processes; `over` tells whether it has ended. */
async function shutDown(world: FakeWorld) {
  world.forget();
  const state = { over: false };
  const done = stopEverything(world.supervisor, (level, text) => {
    world.lines.push(`${level.toUpperCase()} ${text}`);
  });
  done.then(() => state.over = true);
  await settled();
  return state;
}

async function exit(world: FakeWorld, ...names: readonly string[]): Promise<void> {
  for (const name of names) world.exit(name, killed(15));
  await settled();
}

test("groups stop one priority after the other, the highest first", async () => {
  const world = new FakeWorld(
    lone("first", { priority: 1 }),
    lone("third", { priority: 3 }),
    lone("second", { priority: 2 }),
  );
  world.run("first", "second", "third");
  const shutdown = await shutDown(world);
  assert.deepEqual(world.signals, ["third SIGTERM"]);
  await exit(world, "third");
  assert.deepEqual(world.signals, ["third SIGTERM", "second SIGTERM"]);
  await exit(world, "second");
  assert.equal(shutdown.over, false);
  await exit(world, "first");
  assert.equal(shutdown.over, true);
  assert.deepEqual(world.signals, ["third SIGTERM", "second SIGTERM", "first SIGTERM"]);
});

test("groups of equal priority stop together, and the next waits for all of them", async () => {
  const world = new FakeWorld(
    lone("a", { priority: 5 }),
    lone("early", { priority: 1 }),
    lone("b", { priority: 5 }),
  );
  world.run("a", "early", "b");
  await shutDown(world);
  assert.deepEqual(world.signals, ["a SIGTERM", "b SIGTERM"]);
  await exit(world, "b");
  assert.equal(world.signals.length, 2);
  await exit(world, "a");
  assert.equal(world.signals.at(-1), "early SIGTERM");
  await exit(world, "early");
});

test("within a group all stop at once, the highest priority first", async () => {
  const world = new FakeWorld(group("site", [
    program("low", { priority: 1 }),
    program("high", { priority: 9 }),
    program("middle", { priority: 5 }),
  ]));
  world.run("low", "high", "middle");
  await shutDown(world);
  assert.deepEqual(world.signals, ["high SIGTERM", "middle SIGTERM", "low SIGTERM"]);
  await exit(world, "low", "high", "middle");
});

test("what is depended on stops when those are down that depend on it", async () => {
  const world = new FakeWorld(
    lone("db"),
    lone("api", { depends_on: [on("db")] }),
    lone("web", { depends_on: [on("api", "ready"), on("cache")] }),
    lone("cache"),
    lone("other"),
  );
  world.run("db", "cache", "api", "web", "other");
  const shutdown = await shutDown(world);
  assert.deepEqual(world.signals, ["web SIGTERM", "other SIGTERM"]);
  await exit(world, "web");
  assert.deepEqual(world.signals.slice(2), ["api SIGTERM", "cache SIGTERM"]);
  await exit(world, "api");
  assert.deepEqual(world.signals.slice(4), ["db SIGTERM"]);
  await exit(world, "cache", "other");
  assert.equal(shutdown.over, false);
  await exit(world, "db");
  assert.equal(shutdown.over, true);
});

test("what is depended on stays for those of a lower priority", async () => {
  const world = new FakeWorld(
    lone("db", { priority: 9 }),
    lone("high", { priority: 8 }),
    lone("listener", { priority: -1, depends_on: [on("db")] }),
  );
  world.run("db", "high", "listener");
  await shutDown(world);
  for (const name of ["high", "listener", "db"]) {
    assert.equal(world.signals.at(-1), `${name} SIGTERM`);
    await exit(world, name);
  }
  assert.equal(world.signals.length, 3);
});

test("a program that does not stop holds up what it depends on until it is killed", async () => {
  const world = new FakeWorld(lone("db"), lone("web", { depends_on: [on("db")] }));
  world.run("db", "web");
  await shutDown(world);
  world.clock.tick(10_000);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL"]);
  await exit(world, "web");
  assert.equal(world.signals.at(-1), "db SIGTERM");
  await exit(world, "db");
});

test("the log names everything unstopped, at once and every three seconds", async () => {
  const world = new FakeWorld(lone("a", { priority: 1 }), lone("b", { priority: 2 }));
  world.run("a", "b");
  const shutdown = await shutDown(world);
  assert.deepEqual(world.lines, ["INFO waiting for a, b to die"]);
  world.clock.tick(2999);
  assert.equal(world.lines.length, 1);
  world.clock.tick(1);
  assert.deepEqual(world.lines[1], "INFO waiting for a, b to die");
  await exit(world, "b");
  world.clock.tick(3000);
  assert.equal(world.lines.at(-1), "INFO waiting for a to die");
  await exit(world, "a");
  assert.equal(shutdown.over, true);
  assert.equal(world.clock.pending, 0);
});

test("a shutdown with nothing up ends at once and says nothing", async () => {
  const world = new FakeWorld(lone("web"), lone("done"));
  world.run("done");
  world.exit("done", code(0));
  const shutdown = await shutDown(world);
  assert.equal(shutdown.over, true);
  assert.deepEqual([world.lines, world.signals, world.clock.pending], [[], [], 0]);
});

test("a shutdown ends although a program ignores its stopsignal", async () => {
  const world = new FakeWorld(lone("stubborn", { stopwaitsecs: 10 }));
  world.run("stubborn");
  const shutdown = await shutDown(world);
  world.clock.tick(10_000);
  assert.deepEqual(world.signals, ["stubborn SIGTERM", "stubborn SIGKILL"]);
  world.exit("stubborn", killed(9));
  await settled();
  assert.equal(shutdown.over, true);
});

test("a shutdown goes on although a program cannot be signalled", async () => {
  const world = new FakeWorld(lone("foreign", { priority: 2 }), lone("web", { priority: 1 }));
  world.run("foreign", "web");
  world.delivery = { type: "refused", reason: "EPERM" };
  const shutdown = await shutDown(world);
  assert.deepEqual([world.state("foreign"), world.state("web")], ["UNKNOWN", "UNKNOWN"]);
  assert.equal(shutdown.over, true);
});

test("a program that ends by itself during a shutdown does not come back", async () => {
  const world = new FakeWorld(
    lone("slow", { priority: 2 }),
    lone("dies", { priority: 1, autorestart: true }),
  );
  world.run("slow", "dies");
  const shutdown = await shutDown(world);
  world.exit("dies", code(1));
  world.clock.tick(5000);
  assert.deepEqual(world.launched, []);
  await exit(world, "slow");
  assert.equal(shutdown.over, true);
});

test("a program that fails to start during a shutdown is FATAL, and not started again", async () => {
  const world = new FakeWorld(
    lone("slow", { priority: 2, stopwaitsecs: 60 }),
    lone("young", { priority: 1 }),
  );
  world.run("slow");
  world.supervisor.start(world.process("young"));
  const shutdown = await shutDown(world);
  world.exit("young", code(1));
  world.clock.tick(5000);
  assert.deepEqual(world.launched, []);
  await exit(world, "slow");
  if (!isStoppedState(world.process("young").status.state)) await exit(world, "young");
  assert.equal(shutdown.over, true);
  assert.deepEqual(world.changes.filter((change) => change.startsWith("young")), [
    "young: STARTING BACKOFF",
    "young: BACKOFF FATAL",
  ]);
});

test("a program that is stopping already is waited for, not signalled again", async () => {
  const world = new FakeWorld(lone("web"));
  world.run("web");
  world.supervisor.stop(world.process("web"));
  const shutdown = await shutDown(world);
  assert.deepEqual([world.signals, shutdown.over], [[], false]);
  await exit(world, "web");
  assert.equal(shutdown.over, true);
});

test("untilStopped() resolves at once for what is down, and watches no longer than it must", async () => {
  const world = new FakeWorld(lone("web"));
  const web = world.process("web");
  await untilStopped(web);
  world.run("web");
  const stopped = untilStopped(web);
  world.supervisor.stop(web);
  assert.equal(web.watchers.size, 1);
  world.exit("web", code(0));
  await stopped;
  assert.equal(web.watchers.size, 0);
});

test("what SIGKILL does not end is waited for no longer than half a minute", async () => {
  const world = new FakeWorld(lone("stuck", { priority: 2 }), lone("next", { priority: 1 }));
  world.run("stuck", "next");
  const shutdown = await shutDown(world);
  world.clock.tick(10_000);
  assert.deepEqual(world.signals, ["stuck SIGTERM", "stuck SIGKILL"]);
  world.clock.tick(29_999);
  await settled();
  assert.ok(!world.signals.includes("next SIGTERM"));
  world.clock.tick(1);
  await settled();
  assert.equal(world.signals.at(-1), "next SIGTERM");
  const { pid } = world.process("stuck");
  assert.ok(
    world.lines.includes(`CRITICAL gave up waiting for 'stuck' (${pid}): SIGKILL does not end it`),
  );
  await exit(world, "next");
  assert.equal(shutdown.over, true);
  world.forget();
  world.clock.tick(60_000);
  assert.deepEqual(world.signals, [], "its pid may be somebody else's now");
});

test("killAll() kills what is up, and the half minute counts from then", async () => {
  const world = new FakeWorld(
    lone("stuck", { stopwaitsecs: 3600 }),
    lone("group", { stopwaitsecs: 3600, killasgroup: true }),
    lone("down"),
  );
  world.run("stuck", "group");
  const shutdown = await shutDown(world);
  world.forget();
  world.supervisor.killAll();
  assert.deepEqual(world.signals, ["stuck SIGKILL", "group's group SIGKILL"]);
  assert.equal(world.lines.length, 2);
  await exit(world, "group");
  world.clock.tick(30_000);
  await settled();
  assert.equal(shutdown.over, true);
  assert.equal(world.clock.pending, 0);
});

test("killAll() reaches a group whose leader has ended", async () => {
  const world = new FakeWorld(lone("web", { killasgroup: true }));
  world.run("web");
  const { pid } = world.process("web");
  world.livingGroups.add(pid);
  await shutDown(world);
  await exit(world, "web");
  world.forget();
  world.supervisor.killAll();
  assert.deepEqual(world.signals, [`group ${pid} SIGKILL`]);
  assert.deepEqual(world.lines, [`WARN killing 'web' (${pid}) with SIGKILL`]);
});
