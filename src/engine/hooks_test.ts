import assert from "node:assert/strict";
import { test } from "node:test";
import { code, FakeWorld, lone } from "../../tests/support/fake_world.ts";
import { describeProcess } from "./describe.ts";
import { stopEverything } from "./shutdown.ts";

test("a start waits for pre_start, and for post_stop of the run before", () => {
  const world = new FakeWorld(lone("web", { pre_start: "prepare", post_stop: "clean" }));
  const web = world.process("web");
  world.supervisor.start(web);
  assert.deepEqual([world.launched, web.pid, world.state("web")], [
    ["web's pre_start"],
    0,
    "STARTING",
  ]);
  world.clock.tick(60_000);
  assert.equal(world.state("web"), "STARTING", "startsecs do not run yet");
  assert.equal(describeProcess(web, world.clock.now()), "waiting for pre_start");
  world.endHook("web", "pre_start");
  world.clock.tick(1001);
  assert.equal(world.state("web"), "RUNNING");
  world.forget();
  world.exit("web", code(1));
  world.clock.tick(1);
  assert.deepEqual([world.launched, world.state("web")], [["web's post_stop"], "STARTING"]);
  world.endHook("web", "post_stop", "post_stop exited with 2");
  world.endHook("web", "pre_start");
  assert.deepEqual(world.launched, ["web's post_stop", "web's pre_start", "web"]);
  assert.ok(world.lines.includes("WARN 'web': post_stop exited with 2"));
});

test("with startsecs=0 a program is not RUNNING before its pre_start is over", () => {
  const world = new FakeWorld(lone("web", { pre_start: "prepare", startsecs: 0 }));
  world.supervisor.start(world.process("web"));
  assert.equal(world.state("web"), "STARTING");
  world.endHook("web", "pre_start");
  assert.equal(world.state("web"), "RUNNING");
});

test("a stop while pre_start runs ends that, first with SIGTERM, and nothing is started", () => {
  const world = new FakeWorld(lone("web", { pre_start: "prepare" }));
  const web = world.process("web");
  world.supervisor.start(web);
  world.supervisor.stop(web);
  world.clock.tick(10_000);
  assert.deepEqual(world.signals, ["web's pre_start SIGTERM", "web's pre_start SIGKILL"]);
  world.endHook("web", "pre_start");
  assert.deepEqual([world.launched, world.state("web")], [["web's pre_start"], "STOPPED"]);
  assert.equal(world.clock.pending, 0);
});

test("a shutdown starts nothing that was still being prepared, whatever its priority", () => {
  const world = new FakeWorld(
    lone("first", { pre_start: "prepare", priority: 1 }),
    lone("last", { priority: 2 }),
  );
  world.run("last");
  world.supervisor.start(world.process("first"));
  void stopEverything(world.supervisor, () => {});
  assert.equal(world.state("first"), "STOPPING");
  world.endHook("first", "pre_start");
  assert.equal(world.state("first"), "STOPPED");
});

test("a stop is over when post_stop is", () => {
  const world = new FakeWorld(lone("web", { post_stop: "clean" }));
  const web = world.process("web");
  world.supervisor.start(web);
  world.clock.tick(1001);
  world.supervisor.stop(web);
  world.exit("web", code(0));
  world.clock.tick(60_000);
  assert.equal(world.state("web"), "STOPPING");
  assert.equal(describeProcess(web, world.clock.now()), "waiting for post_stop");
  world.supervisor.killAll();
  assert.deepEqual(world.signals, ["web SIGTERM"], "its number may be somebody else's");
  world.endHook("web", "post_stop");
  assert.deepEqual([world.state("web"), web.exitstatus], ["STOPPED", 0]);
});

test("nothing follows from a hook of a program that was removed", () => {
  const config = lone("web", { post_stop: "clean", autorestart: true });
  const world = new FakeWorld(config);
  world.run("web");
  world.clock.tick(1001);
  const web = world.process("web");
  world.exit("web", code(1));
  world.supervisor.removeGroup(world.supervisor.groups.get("web")!);
  world.forget();
  world.endHook("web", "post_stop");
  world.clock.tick(60_000);
  assert.deepEqual([world.launched, web.status.state], [[], "EXITED"]);
});

test("stopscope=tree waits for what left the group, and kills it", () => {
  const options = { stopscope: "tree", stopasgroup: true, killasgroup: true } as const;
  const world = new FakeWorld(lone("web", options));
  world.run("web");
  world.escaped.add("web");
  world.supervisor.stop(world.process("web"));
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPING");
  world.clock.tick(10_000);
  assert.deepEqual(world.signals, [
    "web's group SIGTERM",
    "web's tree SIGTERM",
    "web's tree SIGKILL",
  ]);
  world.escaped.clear();
  world.supervisor.checkGroups();
  assert.equal(world.state("web"), "STOPPED");
});

test("a shutdown waits for the post_stop of what had to be killed, however long that takes", async () => {
  const world = new FakeWorld(lone("web", { post_stop: "clean", stopwaitsecs: 1 }));
  world.run("web");
  let isOver = false;
  const over = stopEverything(world.supervisor, () => {}).then(() => isOver = true);
  world.clock.tick(1001);
  world.exit("web", code(0));
  world.clock.tick(60_000);
  await Promise.resolve();
  assert.deepEqual([isOver, world.lines.filter((line) => /gave up/.test(line))], [false, []]);
  world.endHook("web", "post_stop");
  await over;
});
