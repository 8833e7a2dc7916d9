import assert from "node:assert/strict";
import { test } from "node:test";
import { EPOCH_MS } from "../../tests/support/fake_clock.ts";
import { code, FakeWorld, group, killed, program } from "../../tests/support/fake_world.ts";
import type { ProcessConfig } from "../model/config.ts";
import { describeProcess } from "./describe.ts";
import type { CheckResult } from "./health.ts";
import { HealthWatch } from "./health_watch.ts";
import { isReady } from "./process.ts";

/** Programs under a watch; a check goes on until the test answers it. */
class WatchedWorld extends FakeWorld {
  /** The answers of checks that go on, by the name of the process. */
  readonly checks = new Map<string, (result: CheckResult) => void>();
  readonly said: string[] = [];
  begun = 0;
  readonly watch = new HealthWatch({
    clock: this.clock,
    random: () => 0.5,
    check: ({ config: { name } }, done) => {
      assert.ok(!this.checks.has(name), `${name} is checked twice at once`);
      this.begun++;
      this.checks.set(name, done);
      return () => void this.checks.delete(name);
    },
    mark: (process, marks) => this.supervisor.mark(process, marks),
    restart: (process) => this.supervisor.restart(process),
    log: (level, text) => {
      if (level !== "debug") this.said.push(text);
    },
  });

  constructor(options: Partial<ProcessConfig>, count = 1) {
    const names = Array.from({ length: count }, (_, i) => count === 1 ? "web" : `web${i}`);
    super(group("site", names.map((name) => program(name, { startsecs: 0, ...options }))));
    this.onChange = (process) => this.watch.stateChanged(process);
    this.onLaunch = (process) => this.watch.launching(process);
  }

  start(): void {
    for (const process of this.supervisor.allProcesses()) this.supervisor.start(process);
  }

  answer(ok: boolean, output = "", name = "web"): void {
    const done = this.checks.get(name);
    assert.ok(done, `${name} is not being checked`);
    this.checks.delete(name);
    done({ ok, output });
  }

  /** Fails checks until something comes of it. */
  failAll(count = 3): void {
    for (let i = 0; i < count; i++) {
      this.clock.tick(60_000);
      this.answer(false, "connection refused");
    }
  }

  get look(): string {
    const web = this.process("web");
    return describeProcess(web, web.startedAt);
  }
}

const CHECK: Partial<ProcessConfig> = { healthcheck_tcp: "localhost:1" };
const RESTART: Partial<ProcessConfig> = { ...CHECK, healthcheck_action: "restart" };

test("a program without checks is left alone", () => {
  const world = new WatchedWorld({});
  world.start();
  assert.equal(world.clock.pending, 0);
  const { ready, healthy, health } = world.process("web");
  assert.deepEqual([ready, healthy, health], [null, null, null]);
  assert.equal(world.look, "pid 101, uptime 0:00:00");
});

test("readiness has its time from the end of pre_start on", () => {
  const world = new WatchedWorld({ pre_start: "x", readiness: "notify", readiness_timeout: 5 });
  world.start();
  world.clock.tick(60_000);
  assert.equal(world.clock.pending, 0);
  world.endHook("web", "pre_start");
  world.clock.tick(4999);
  assert.deepEqual([world.said, world.process("web").ready], [[], false]);
  world.clock.tick(1);
  assert.equal(world.said.length, 1);
});

test("a program is ready with its first success, and checked at intervals from then on", () => {
  const world = new WatchedWorld(CHECK);
  const web = world.process("web");
  world.start();
  assert.deepEqual([world.look, isReady(web)], ["pid 101, uptime 0:00:00, not ready", false]);
  world.clock.tick(125);
  world.answer(true);
  assert.deepEqual([world.look, isReady(web)], ["pid 101, uptime 0:00:00, healthy", true]);
  world.clock.tick(9999);
  assert.equal(world.begun, 1);
  world.clock.tick(1);
  assert.equal(world.begun, 2);
  assert.deepEqual(world.said, ["web: ready"]);
});

test("there is one check of a process at a time, however long it takes", () => {
  const world = new WatchedWorld(CHECK);
  world.start();
  world.clock.tick(3_600_000);
  assert.equal(world.begun, 1);
});

test("why a check failed is kept until one passes", () => {
  const world = new WatchedWorld(CHECK);
  const web = world.process("web");
  world.start();
  world.clock.tick(125);
  world.answer(false, "connection refused");
  const checked_at = EPOCH_MS + world.clock.now();
  assert.deepEqual(web.health, {
    last_output: "connection refused",
    failures: 1,
    checked_at,
    status: null,
  });
  world.failAll(2);
  assert.equal(world.look, "pid 101, uptime 0:00:00, unhealthy");
  world.clock.tick(60_000);
  world.answer(true);
  assert.deepEqual([web.health!.last_output, web.health!.failures], [null, 0]);
});

test("no more checks are done at once than do no harm, and each has its turn", () => {
  const world = new WatchedWorld(CHECK, 1000);
  world.start();
  world.clock.tick(125);
  assert.equal(world.checks.size, 32);
  for (let i = 0; world.begun < 1000; i++) {
    assert.ok(i < 1000);
    for (const name of [...world.checks.keys()]) world.answer(true, "", name);
    assert.ok(world.checks.size <= 32);
  }
});

test("when everything goes down no check is begun in the place of another", () => {
  const world = new WatchedWorld(CHECK, 40);
  world.start();
  world.clock.tick(125);
  assert.equal(world.begun, 32);
  world.watch.close();
  assert.deepEqual([world.begun, world.checks.size, world.clock.pending], [32, 0, 0]);
  world.supervisor.stop(world.process("web0"));
  assert.equal(world.process("web0").ready, null);
});

for (
  const [what, end] of [
    ["is stopped", (world) => world.supervisor.stop(world.process("web"))],
    ["ends", (world) => world.exit("web", code(0))],
    ["goes down with the daemon", (world) => world.watch.close()],
  ] as readonly (readonly [string, (world: WatchedWorld) => void])[]
) {
  test(`a process that ${what} is not checked any more`, () => {
    const world = new WatchedWorld({ ...CHECK, readiness_timeout: 5, stopwaitsecs: 0 });
    world.start();
    world.clock.tick(125);
    assert.equal(world.checks.size, 1);
    end(world);
    assert.equal(world.checks.size, 0);
    world.clock.tick(0);
    const timers = world.state("web") === "STOPPING" ? 1 : 0; // its SIGKILL
    assert.equal(world.clock.pending, timers);
  });
}

test("what was said of one run is not said of the next", () => {
  const world = new WatchedWorld(CHECK);
  const web = world.process("web");
  world.start();
  world.clock.tick(125);
  world.answer(true);
  world.exit("web", code(0));
  assert.deepEqual([web.ready, web.healthy], [null, null]);
  world.start();
  assert.deepEqual([web.ready, web.healthy, world.checks.size], [false, null, 0]);
});

test("an unhealthy program is stopped with its stopsignal, and started again", () => {
  const world = new WatchedWorld({ ...RESTART, stopsignal: 3 });
  world.start();
  world.failAll();
  assert.deepEqual(world.said, ["web: unhealthy (3 failures: connection refused), restarting"]);
  assert.deepEqual([world.state("web"), world.signals], ["STOPPING", ["web SIGQUIT"]]);
  world.exit("web", killed(3));
  world.clock.tick(0);
  assert.equal(world.state("web"), "RUNNING");
  assert.deepEqual(world.launched, ["web", "web"]);
});

test("a program that is never healthy does not restart hot", () => {
  const world = new WatchedWorld({ ...RESTART, healthcheck_failures: 1 });
  world.start();
  const from = world.clock.now();
  for (let i = 0; i < 20; i++) {
    for (let ms = 0; !world.checks.has("web"); ms++) {
      assert.ok(ms < 2000, "it is not started any more");
      world.clock.tick(1);
    }
    world.answer(false, "no");
    world.exit("web", killed(15));
  }
  assert.ok(world.clock.now() - from > 14_000, `${world.clock.now() - from}`);
});

test("a program that is not ready in time is restarted, also before it is RUNNING", () => {
  const options = { readiness: "notify", readiness_timeout: 2, startsecs: 5 } as const;
  const world = new WatchedWorld({ ...options, healthcheck_action: "restart" });
  world.start();
  world.clock.tick(2000);
  assert.deepEqual(world.said, ["web: not ready within 2 seconds, restarting"]);
  world.exit("web", killed(15));
  world.clock.tick(0);
  assert.equal(world.state("web"), "STARTING");
  world.watch.ready(world.process("web"));
  world.clock.tick(5000);
  assert.deepEqual([world.state("web"), isReady(world.process("web"))], ["RUNNING", true]);
});

test("what a program says of itself is shown", () => {
  const world = new WatchedWorld({ readiness: "notify" });
  world.start();
  world.watch.says(world.process("web"), "warming up");
  assert.equal(world.process("web").health!.status, "warming up");
  world.watch.ready(world.process("web"));
  assert.equal(world.look, "pid 101, uptime 0:00:00, ready");
});
