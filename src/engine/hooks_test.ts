import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { code, FakeWorld, lone } from "../../tests/support/fake_world.ts";
import { describeProcess } from "./describe.ts";
import { stopEverything } from "./shutdown.ts";
import type { Hook } from "./step.ts";

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
  assert.equal(web.laststop, world.clock.wall());
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

test("a pre_start that fails is an attempt", () => {
  const world = new FakeWorld(lone("web", { pre_start: "prepare", startretries: 0 }));
  const web = world.process("web");
  world.supervisor.start(web);
  world.endHook("web", "pre_start", "pre_start exited with 3");
  const told = web.history.attempts.map(({ pid, spawnerr }) => [pid, spawnerr]);
  assert.deepEqual([world.state("web"), told], ["FATAL", [[null, "pre_start exited with 3"]]]);
  world.supervisor.start(web);
  world.supervisor.stop(web);
  world.endHook("web", "pre_start", "pre_start was terminated by SIGTERM");
  assert.deepEqual([world.state("web"), web.history.starts], ["STOPPED", 1]);
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

type Deed =
  | { readonly type: "start" | "stop" | "exit" | "shutdown" }
  | { readonly type: "tick"; readonly ms: number }
  | { readonly type: "end"; readonly hook: Hook; readonly failure: string | null };

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.constantFrom<Deed>({ type: "start" }, { type: "stop" }, { type: "exit" }, { type: "exit" }),
  fc.constantFrom<Deed>({ type: "shutdown" }),
  fc.constantFrom(0, 1, 500, 1000, 3000, 11_000).map((ms): Deed => ({ type: "tick", ms })),
  fc.record({
    type: fc.constant("end" as const),
    hook: fc.constantFrom<Hook>("pre_start", "pre_start", "stop_command", "post_stop"),
    failure: fc.constantFrom(null, null, "it exited with 1"),
  }),
);

const anyOptions = fc.record({
  pre_start: fc.constantFrom(null, "prepare"),
  post_stop: fc.constantFrom(null, "clean"),
  stop_command: fc.constantFrom(null, "stop"),
  autorestart: fc.boolean(),
  startsecs: fc.constantFrom(0, 1),
  startretries: fc.constantFrom(0, 2, -1),
  stopwaitsecs: fc.constantFrom(0, 1, 10),
  restartdelaysecs: fc.constantFrom(null, 0.5),
});

/** Does one thing if it can be done now, and looks at what came of it. */
function perform(world: FakeWorld, deed: Deed, running: Set<string>): void {
  const web = world.process("web");
  world.launched.length = 0;
  const ended = deed.type === "end" ? `web's ${deed.hook}` : "";
  if (deed.type === "tick") world.clock.tick(deed.ms);
  else if (deed.type === "exit" && web.pid !== 0) world.exit("web", code(1));
  else if (deed.type === "stop") world.supervisor.stop(web);
  else if (deed.type === "start" && !world.supervisor.stopping) world.supervisor.start(web);
  else if (deed.type === "end" && running.delete(ended)) {
    world.endHook("web", deed.hook, deed.failure);
  }
  for (const launched of world.launched) {
    if (launched === "web") {
      assert.ok(!running.has("web's pre_start") && !running.has("web's post_stop"), "too soon");
      assert.ok(!world.supervisor.stopping, "started while the daemon goes down");
    } else {
      if (launched !== "web's stop_command") {
        assert.ok(!running.has("web's pre_start") && !running.has("web's post_stop"), launched);
      }
      running.add(launched);
    }
  }
  const { pid, status: { state, isPreparing, ended: left } } = web;
  const isHookOnly = isPreparing || left !== undefined;
  const hasProcess = ["STARTING", "RUNNING", "STOPPING"].includes(state) && !isHookOnly;
  assert.equal(pid !== 0, hasProcess, `${state} with pid ${pid}`);
  if (isHookOnly) {
    assert.ok(
      running.has("web's pre_start") || running.has("web's post_stop"),
      "waits for nothing",
    );
  }
}

test("whatever happens, hooks come one after the other, and a shutdown comes to its end", async () => {
  await fc.assert(
    fc.asyncProperty(anyOptions, fc.array(anyDeed, { maxLength: 40 }), async (options, deeds) => {
      const world = new FakeWorld(lone("web", options));
      const running = new Set<string>();
      let over: Promise<void> | undefined;
      const shutDown = () => over ??= stopEverything(world.supervisor, () => {});
      for (const deed of deeds) {
        if (deed.type === "shutdown") void shutDown();
        perform(world, deed, running);
      }
      void shutDown();
      for (const hook of ["pre_start", "stop_command"] as const) {
        perform(world, { type: "end", hook, failure: null }, running);
      }
      perform(world, { type: "exit" }, running);
      perform(world, { type: "end", hook: "post_stop", failure: null }, running);
      await over;
      assert.equal(world.clock.pending, 0);
    }),
    { numRuns: 3000 },
  );
});
