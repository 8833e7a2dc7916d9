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
import type { Condition } from "../model/dependency.ts";
import { SIGKILL } from "../model/signal.ts";
import { describeProcess } from "./describe.ts";
import { isStoppable } from "./process.ts";

/** `web` depends on `db`. */
function shop(condition: Condition = "started", options = {}): FakeWorld {
  const web = lone("web", { startsecs: 0, depends_on: [on("db", condition)], ...options });
  return new FakeWorld(web, lone("db", { startsecs: 1, autorestart: false }));
}

function told(world: FakeWorld, name = "web"): string {
  return describeProcess(world.process(name), world.clock.now());
}

function start(world: FakeWorld, ...names: readonly string[]): void {
  for (const name of names) world.supervisor.start(world.process(name));
}

test("a program waits, where it is, until what it depends on is RUNNING", () => {
  const world = shop();
  start(world, "web", "db");
  assert.deepEqual([world.state("web"), told(world)], ["STOPPED", "waiting for db to be started"]);
  assert.deepEqual(world.launched, ["db"]);
  world.clock.tick(1001);
  assert.deepEqual([world.state("web"), world.process("web").waiting], ["RUNNING", null]);
  assert.deepEqual(world.changes, [
    "db: STOPPED STARTING",
    "db: STARTING RUNNING",
    "web: STOPPED STARTING",
    "web: STARTING RUNNING",
  ]);
  assert.equal(world.lines[0], "INFO web is waiting for db to be started");
});

test("a program whose dependencies are there starts at once", () => {
  const world = shop();
  world.run("db");
  start(world, "web");
  assert.equal(world.state("web"), "RUNNING");
  assert.deepEqual(world.lines.filter((line) => line.includes("waiting")), []);
});

test("ready and healthy come with marks", () => {
  for (const condition of ["ready", "healthy"] as const) {
    const world = shop(condition);
    world.onChange = ({ config, status }) => {
      if (config.name === "db" && status.state === "STARTING") {
        world.supervisor.mark(world.process("db"), { ready: false });
      }
    };
    start(world, "web", "db");
    world.clock.tick(1001);
    assert.equal(told(world), `waiting for db to be ${condition}`);
    world.supervisor.mark(world.process("db"), { [condition]: true });
    assert.equal(world.state("web"), "RUNNING");
  }
});

test("completed is an end that is expected", () => {
  const world = shop("completed");
  start(world, "web");
  world.run("db");
  world.exit("db", code(3));
  assert.equal(told(world), "waiting for db, which failed (exit status 3)");
  world.run("db");
  assert.equal(told(world), "waiting for db to complete");
  world.exit("db", code(0));
  assert.equal(world.state("web"), "RUNNING");
});

test("a oneshot completes with the try that succeeds", () => {
  const world = new FakeWorld(
    lone("web", { startsecs: 0, depends_on: [on("job", "completed")] }),
    lone("job", { startsecs: 0, type: "oneshot", startretries: 1 }),
  );
  start(world, "web", "job");
  world.exit("job", code(3));
  assert.equal(told(world), "waiting for job to complete");
  world.clock.tick(1001);
  world.exit("job", code(3));
  assert.equal(told(world), "waiting for job, which is FATAL");
  world.run("job");
  world.exit("job", code(0));
  assert.equal(world.state("web"), "RUNNING");
});

test("what waits is not prepared either, and promises its restart once", () => {
  const world = new FakeWorld(
    lone("web", {
      startsecs: 0,
      depends_on: [on("db")],
      autorestart: true,
      pre_start: "prepare",
      post_stop: "clean",
      restartlimit: { restarts: 1, seconds: 60 },
    }),
    lone("db", { startsecs: 0, autorestart: false }),
  );
  start(world, "web");
  assert.deepEqual([told(world), world.launched], ["waiting for db, which is STOPPED", []]);
  start(world, "db");
  world.endHook("web", "pre_start");
  world.exit("db", code(0));
  world.exit("web", code(0));
  world.clock.tick(1);
  assert.equal(told(world), "waiting for db, which is EXITED");
  world.endHook("web", "post_stop");
  assert.deepEqual([world.state("web"), world.clock.pending], ["EXITED", 0]);
  start(world, "db");
  world.endHook("web", "pre_start");
  assert.deepEqual(world.launched, [
    "db",
    "web's pre_start",
    "web",
    "web's post_stop",
    "db",
    "web's pre_start",
    "web",
  ]);
});

test("a chain whose programs are up at once starts at once, however long it is", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `p${i}`);
  const world = new FakeWorld(
    ...names.map((name, i) =>
      lone(name, { startsecs: 0, depends_on: i === 0 ? null : [on(`p${i - 1}`)] })
    ),
  );
  for (const { processes } of [...world.supervisor.groups.values()].toReversed()) {
    for (const process of processes.values()) world.supervisor.start(process);
  }
  assert.deepEqual(world.launched, names);
});

test("what waits does so for all processes of a group", () => {
  const world = new FakeWorld(
    lone("web", { startsecs: 0, depends_on: [on("site")] }),
    group("site", [program("a"), program("b", { startsecs: 3 })]),
  );
  start(world, "web", "a", "b");
  assert.equal(told(world), "waiting for site:a to be started; for site:b to be started");
  world.clock.tick(1001);
  assert.equal(told(world), "waiting for site:b to be started");
  world.clock.tick(2001);
  assert.equal(world.state("web"), "RUNNING");
});

test("a stop ends the waiting, and whoever waits for the start is told", () => {
  const world = shop();
  start(world, "web");
  let changes = 0;
  world.process("web").watchers.add(() => changes++);
  assert.ok(isStoppable(world.process("web")));
  assert.ok(world.supervisor.stop(world.process("web")));
  assert.ok(changes > 0);
  assert.equal(told(world), "Not started");
  world.run("db");
  assert.equal(world.state("web"), "STOPPED");
  assert.deepEqual(world.changes.filter((line) => line.startsWith("web")), []);
  assert.equal(world.supervisor.stop(world.process("web")), false);
});

test("a dependency that is given up, stopped or ended is told once, and it goes on after that", () => {
  const world = shop();
  const down = () => world.lines.filter((line) => line.startsWith("WARN web is"));
  world.run("db");
  world.exit("db", code(1));
  start(world, "web");
  assert.equal(told(world), "waiting for db, which is EXITED");
  assert.deepEqual(down(), ["WARN web is waiting for db, which is EXITED"]);
  world.forget();
  world.spawnFailures.set("db", "no such command");
  start(world, "db");
  assert.equal(told(world), "waiting for db to be started");
  world.clock.tick(60_000);
  assert.equal(told(world), "waiting for db, which is FATAL");
  assert.deepEqual(down(), ["WARN web is waiting for db, which is FATAL"]);
  world.forget();
  world.spawnFailures.clear();
  start(world, "db");
  world.supervisor.stop(world.process("db"));
  world.exit("db", killed(SIGKILL));
  assert.deepEqual(down(), ["WARN web is waiting for db, which is STOPPED"]);
  world.run("db");
  assert.equal(world.state("web"), "RUNNING");
});

test("what was never started is no cause for alarm", () => {
  const world = shop();
  start(world, "web");
  assert.equal(told(world), "waiting for db, which is STOPPED");
  assert.deepEqual(world.lines, ["INFO web is waiting for db to be started"]);
});

test("a program that crashed waits before it comes back", () => {
  const world = shop("started", { autorestart: true });
  world.run("db", "web");
  world.exit("db", code(1));
  world.exit("web", code(1));
  world.clock.tick(0);
  assert.deepEqual([world.state("web"), told(world)], [
    "EXITED",
    "waiting for db, which is EXITED",
  ]);
  world.run("db");
  assert.equal(world.state("web"), "RUNNING");
  world.exit("db", code(1));
  world.exit("web", code(1));
  world.clock.tick(0);
  world.supervisor.stop(world.process("web"));
  world.run("db");
  assert.equal(world.state("web"), "STOPPED");
});

test("a start that is asked for takes the place of a restart that is due", () => {
  const world = shop("started", { autorestart: true });
  world.run("db", "web");
  world.exit("db", code(1));
  world.exit("web", code(1));
  start(world, "web");
  assert.deepEqual([world.process("web").timer, world.clock.pending], [null, 0]);
  assert.equal(told(world), "waiting for db, which is EXITED");
});

test("another try waits as well", () => {
  const world = shop("started", { startsecs: 5 });
  world.run("db");
  start(world, "web");
  world.exit("web", code(1));
  world.exit("db", code(1));
  world.clock.tick(1000);
  assert.deepEqual([world.state("web"), told(world)], [
    "BACKOFF",
    "waiting for db, which is EXITED",
  ]);
  world.run("db");
  assert.equal(world.state("web"), "STARTING");
});

test("a program that waits for one that is stuck is stuck, too", () => {
  const world = new FakeWorld(
    lone("db", { startsecs: 0, autorestart: false }),
    lone("api", { startsecs: 0, depends_on: [on("db")] }),
    lone("web", { startsecs: 0, depends_on: [on("api")] }),
  );
  start(world, "api", "web");
  assert.equal(told(world), "waiting for api, which is waiting itself");
  start(world, "db");
  assert.deepEqual(world.launched, ["db", "api", "web"]);
});

test("a program learns that the one it waits for is stuck now", () => {
  const world = new FakeWorld(
    lone("db", { startsecs: 1, startretries: 0 }),
    lone("api", { depends_on: [on("db")] }),
    lone("web", { depends_on: [on("api")] }),
  );
  start(world, "web", "api", "db");
  assert.equal(told(world), "waiting for api to be started");
  world.exit("db", code(1));
  assert.equal(told(world), "waiting for api, which is waiting itself");
  start(world, "db");
  assert.equal(told(world), "waiting for api to be started");
});

test("what is removed is missed, and what is added is found", () => {
  const world = shop();
  world.run("db");
  world.exit("db", code(0));
  start(world, "web");
  world.supervisor.removeGroup(world.supervisor.groups.get("db")!);
  assert.equal(told(world), "waiting for db, which is not there");
  const added = world.supervisor.addGroup(lone("db", { startsecs: 0 }));
  assert.equal(told(world), "waiting for db, which is STOPPED");
  world.supervisor.autostart(added);
  assert.equal(world.state("web"), "RUNNING");
});

test("a program that is removed waits no longer", () => {
  const world = shop();
  start(world, "web");
  assert.ok(world.supervisor.removeGroup(world.supervisor.groups.get("web")!));
  world.run("db");
  assert.deepEqual(world.launched, ["db"]);
});

test("nothing waits for a start while the daemon goes down", () => {
  const world = shop();
  start(world, "web", "db");
  world.supervisor.beginStopping();
  assert.equal(world.process("web").waiting, null);
  world.clock.tick(1001);
  assert.equal(world.state("web"), "STOPPED");
});

/** As the dependent-startup plug-in would have it. */
function container(states: readonly ("RUNNING" | "EXITED")[]): FakeWorld {
  return new FakeWorld(
    lone("start", { startsecs: 0, autostart: false, dependent_startup_wait_for: [] }),
    lone("syncd", {
      startsecs: 0,
      autostart: false,
      dependent_startup_wait_for: [{ group: "start", process: null, states }, {
        group: "late",
        process: "late",
        states: ["RUNNING"],
      }],
    }),
    lone("late", { startsecs: 3 }),
  );
}

test("the plug-in's states have to be reached once, when the daemon starts", () => {
  const world = container(["RUNNING"]);
  for (const group of world.supervisor.groups.values()) world.supervisor.autostart(group);
  assert.deepEqual(world.launched, ["start", "late"]);
  world.exit("start", code(0));
  assert.equal(told(world, "syncd"), "waiting for late to be RUNNING");
  world.clock.tick(3001);
  assert.equal(world.state("syncd"), "RUNNING");
});

test("a start that somebody asks for does not wait for the plug-in's states", () => {
  const world = container(["EXITED"]);
  for (const group of world.supervisor.groups.values()) world.supervisor.autostart(group);
  assert.equal(
    told(world, "syncd"),
    "waiting for start to be EXITED; for late to be RUNNING",
  );
  start(world, "syncd");
  assert.deepEqual([world.state("syncd"), world.process("syncd").waiting], ["RUNNING", null]);
});

test("a state of the plug-in is that of the process that is named, not of its namesake", () => {
  const wait = (group: string) => ({ group, process: "x", states: ["RUNNING"] as const });
  const world = new FakeWorld(
    lone("web", { startsecs: 0, dependent_startup_wait_for: [wait("one"), wait("two")] }),
    group("one", [program("x", { startsecs: 0 })]),
    group("two", [program("x", { startsecs: 9 })]),
  );
  for (const group of world.supervisor.groups.values()) world.supervisor.autostart(group);
  assert.equal(told(world), "waiting for two:x to be RUNNING");
});

test("an update goes on waiting for the plug-in's states, but for those that were reached", () => {
  const waits = ["one", "two"].map((name) => ({
    group: name,
    process: name,
    states: ["RUNNING" as const],
  }));
  const world = new FakeWorld(
    lone("one", { startsecs: 0 }),
    lone("two", { startsecs: 0 }),
    lone("web", { startsecs: 0, dependent_startup_wait_for: waits }),
  );
  const web = world.process("web");
  const adopt = () => world.supervisor.adopt(web, { ...web.config, stopwaitsecs: 1 });
  world.supervisor.autostart(world.supervisor.groups.get("web")!);
  adopt();
  assert.equal(world.state("web"), "STOPPED");
  start(world, "one");
  world.supervisor.stop(world.process("one"));
  adopt();
  assert.equal(told(world), "waiting for two, which is STOPPED");
  start(world, "two");
  assert.equal(world.state("web"), "RUNNING");
});
