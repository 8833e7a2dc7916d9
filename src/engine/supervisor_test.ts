import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EPOCH_MS } from "../../tests/support/fake_clock.ts";
import { code, FakeWorld, group, killed, lone, program } from "../../tests/support/fake_world.ts";
import type { ProcessConfig } from "../model/config.ts";
import { isStoppedState } from "../model/state.ts";
import { describeProcess } from "./describe.ts";
import { isReady } from "./process.ts";

/** A world with one program, `web`. */
function worldWithWeb(options: Partial<ProcessConfig> = {}) {
  const world = new FakeWorld(lone("web", options));
  const { supervisor, clock } = world;
  return { world, supervisor, clock, web: world.process("web") };
}

/** As `worldWithWeb`, with `web` RUNNING and everything before that forgotten. */
function runningWeb(options: Partial<ProcessConfig> = {}) {
  const made = worldWithWeb(options);
  made.world.run("web");
  assert.equal(made.world.state("web"), "RUNNING");
  made.world.forget();
  return made;
}

// Starting

test("what checks say of a process is told to whoever watches it, and is no change of state", () => {
  const world = new FakeWorld(lone("web", { startsecs: 0 }));
  const web = world.process("web");
  world.supervisor.start(web);
  let looks = 0;
  web.watchers.add(() => looks++);
  assert.equal(isReady(web), true);
  world.changes.length = 0;
  world.supervisor.mark(web, { ready: false });
  assert.equal(isReady(web), false);
  world.supervisor.mark(web, { ready: true, healthy: true });
  assert.deepEqual([isReady(web), web.healthy, looks], [true, true, 2]);
  assert.deepEqual(world.changes, [
    "web: ready false, healthy null",
    "web: ready true, healthy true",
  ]);
});

test("a program is RUNNING after startsecs, not before", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startsecs: 2 });
  supervisor.start(web);
  assert.equal(world.state("web"), "STARTING");
  assert.equal(web.pid, 101);
  clock.tick(1999);
  assert.equal(world.state("web"), "STARTING");
  clock.tick(2);
  assert.equal(world.state("web"), "RUNNING");
  assert.deepEqual(world.changes, ["web: STOPPED STARTING", "web: STARTING RUNNING"]);
  assert.deepEqual(world.lines, [
    "INFO spawned: 'web' with pid 101",
    "INFO success: web entered RUNNING state, process has stayed up for > than 2 seconds (startsecs)",
  ]);
});

test("a program with startsecs=0 is RUNNING as soon as it is started", () => {
  const { world, supervisor, web } = worldWithWeb({ startsecs: 0 });
  let told = 0;
  web.watchers.add(() => told++);
  supervisor.start(web);
  assert.deepEqual(world.changes, ["web: STOPPED STARTING", "web: STARTING RUNNING"]);
  assert.equal(told, 1);
});

test("a start notes the time by both clocks, and forgets the last failure", () => {
  const { clock, supervisor, web, world } = worldWithWeb();
  world.run("web");
  world.exit("web", code(3));
  assert.deepEqual([web.exitstatus, web.spawnerr], [3, "Bad exit code 3"]);
  const now = clock.now();
  supervisor.start(web);
  assert.deepEqual([web.exitstatus, web.spawnerr], [0, ""]);
  assert.deepEqual([web.startedAt, web.laststart], [now, EPOCH_MS + now]);
});

test("a start request to a program that is up changes nothing", () => {
  const { world, supervisor, web } = runningWeb();
  supervisor.start(web);
  assert.deepEqual(world.launched, []);
  assert.equal(world.state("web"), "RUNNING");
});

test("autostart starts, in order of priority, what was never started and wants it", () => {
  const world = new FakeWorld(group("site", [
    program("second", { priority: 2 }),
    program("never", { autostart: false }),
    program("first", { priority: 1 }),
  ]));
  const site = world.supervisor.groups.get("site")!;
  world.supervisor.autostart(site);
  assert.deepEqual(world.launched, ["first", "second"]);
  world.supervisor.stop(world.process("first"));
  world.exit("first", killed(15));
  world.supervisor.autostart(site);
  assert.deepEqual(world.launched, ["first", "second"]);
});

// Failing to start

test("a spawn that fails is told, and tried again after 1, 2 and 3 seconds, then FATAL", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  world.spawnFailures.set("web", "can't find command 'x'");
  supervisor.start(web);
  const tries = [world.launched.length];
  for (const ms of [999, 2, 1998, 2, 2998, 2]) {
    clock.tick(ms);
    tries.push(world.launched.length);
  }
  assert.deepEqual(tries, [1, 1, 2, 2, 3, 3, 4]);
  assert.equal(world.state("web"), "FATAL");
  assert.equal(web.spawnerr, "can't find command 'x'");
  assert.equal(web.pid, 0);
  const said = "INFO spawnerr: can't find command 'x'";
  const gaveUp = "INFO gave up: web entered FATAL state, too many start retries too quickly";
  assert.deepEqual(world.lines, [said, said, said, said, gaveUp]);
  clock.tick(3_600_000);
  assert.equal(world.launched.length, 4);
});

test("a spawn that fails is never RUNNING, also with startsecs=0", () => {
  const { world, supervisor, web } = worldWithWeb({ startsecs: 0, startretries: 0 });
  world.spawnFailures.set("web", "no");
  supervisor.start(web);
  assert.equal(world.state("web"), "FATAL");
  assert.deepEqual(world.changes, [
    "web: STOPPED STARTING",
    "web: STARTING BACKOFF",
    "web: BACKOFF FATAL",
  ]);
});

test("every try is announced: STARTING, BACKOFF, and FATAL after the last BACKOFF", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startretries: 1 });
  world.spawnFailures.set("web", "no");
  supervisor.start(web);
  clock.tick(1001);
  assert.deepEqual(world.changes, [
    "web: STOPPED STARTING",
    "web: STARTING BACKOFF",
    "web: BACKOFF STARTING",
    "web: STARTING BACKOFF",
    "web: BACKOFF FATAL",
  ]);
});

test("whoever hears of a failure finds its reason already there", () => {
  const { world, supervisor, web } = worldWithWeb({ startretries: 0 });
  world.spawnFailures.set("web", "no");
  const heard: string[] = [];
  world.onChange = (process) => heard.push(`${process.status.state} "${process.spawnerr}"`);
  supervisor.start(web);
  assert.deepEqual(heard, ['STARTING ""', 'BACKOFF "no"', 'FATAL "no"']);
});

test("an exit before startsecs is a failure, whatever its code", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  supervisor.start(web);
  clock.tick(999);
  world.exit("web", code(0));
  assert.equal(world.state("web"), "BACKOFF");
  assert.equal(web.spawnerr, "Exited too quickly (process log may have details)");
  assert.equal(web.exitstatus, 0);
  assert.equal(world.lines.at(-1), "WARN exited: web (exit status 0; not expected)");
});

test("a program in BACKOFF is stopped without a signal, and described by the time of the stop", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  world.spawnFailures.set("web", "no");
  supervisor.start(web);
  clock.tick(400);
  world.forget();
  assert.equal(supervisor.stop(web), true);
  assert.equal(world.state("web"), "STOPPED");
  assert.equal(web.laststop, clock.wall());
  assert.deepEqual([world.signals, world.lines], [[], []]);
  clock.tick(3_600_000);
  assert.deepEqual(world.launched, []);
});

test("failures are still counted when a program in BACKOFF was stopped and started again", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  world.spawnFailures.set("web", "no");
  supervisor.start(web);
  supervisor.stop(web);
  supervisor.start(web);
  world.forget();
  clock.tick(1999);
  assert.deepEqual(world.launched, []);
  clock.tick(2);
  assert.deepEqual(world.launched, ["web"]);
});

// Ending

test("an expected exit is EXITED, with the time of its end, and leaves no pid behind", () => {
  const { world, clock, web } = runningWeb();
  clock.tick(500);
  world.exit("web", code(0));
  assert.equal(world.state("web"), "EXITED");
  assert.deepEqual([web.pid, web.exitstatus, web.spawnerr], [0, 0, ""]);
  assert.equal(web.laststop, clock.wall());
  assert.deepEqual(world.lines, ["INFO exited: web (exit status 0; expected)"]);
  clock.tick(3_600_000);
  assert.deepEqual(world.launched, []);
});

test("an unexpected exit is restarted from the loop, not from within the news of it", () => {
  const { world, clock } = runningWeb();
  world.exit("web", code(1));
  assert.equal(world.state("web"), "EXITED");
  assert.deepEqual(world.launched, []);
  clock.tick(0);
  assert.equal(world.state("web"), "STARTING");
  assert.deepEqual(world.changes, ["web: RUNNING EXITED", "web: EXITED STARTING"]);
});

test("an exit after startsecs that comes before its timer is announced RUNNING first", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startsecs: 1 });
  supervisor.start(web);
  clock.pass(1000);
  world.exit("web", code(0));
  assert.deepEqual(world.changes, [
    "web: STOPPED STARTING",
    "web: STARTING RUNNING",
    "web: RUNNING EXITED",
  ]);
});

test("an exit that comes before the RUNNING check is not called a success", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startsecs: 1 });
  supervisor.start(web);
  clock.pass(1000);
  world.exit("web", code(0));
  assert.deepEqual(world.lines, [
    "INFO spawned: 'web' with pid 101",
    "INFO exited: web (exit status 0; expected)",
  ]);
});

test("whoever hears of an end finds its exit status already there, and is told the pid", () => {
  const { world, web } = runningWeb();
  let heard: unknown;
  world.onChange = () => heard = [web.exitstatus, web.spawnerr, web.pid];
  world.exit("web", code(7));
  assert.deepEqual(heard, [7, "Bad exit code 7", 0]);
});

test("a child that nobody knows is reported and otherwise left alone", () => {
  const { world, supervisor } = runningWeb();
  supervisor.exited(4711, code(3));
  supervisor.exited(4712, killed(9));
  assert.deepEqual(world.lines, [
    "INFO reaped unknown pid 4711 (exit status 3)",
    "INFO reaped unknown pid 4712 (terminated by SIGKILL)",
  ]);
  assert.equal(world.state("web"), "RUNNING");
});

test("a pid counts for one exit only", () => {
  const { world, supervisor, web } = runningWeb();
  const { pid } = web;
  world.exit("web", code(0));
  world.forget();
  supervisor.exited(pid, code(0));
  assert.deepEqual(world.lines, [`INFO reaped unknown pid ${pid} (exit status 0)`]);
});

// Stopping

test("a program is asked once, then killed at stopwaitsecs, and again after each stopwaitsecs", () => {
  const { world, clock, supervisor, web } = runningWeb({ stopwaitsecs: 10 });
  assert.equal(supervisor.stop(web), true);
  assert.equal(world.state("web"), "STOPPING");
  assert.deepEqual(world.signals, ["web SIGTERM"]);
  clock.tick(9_999);
  assert.deepEqual(world.signals, ["web SIGTERM"]);
  clock.tick(1);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL"]);
  clock.tick(9_999);
  assert.equal(world.signals.length, 2);
  clock.tick(1);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL", "web SIGKILL"]);
  assert.deepEqual(world.changes, ["web: RUNNING STOPPING"]);
  const killing = `WARN killing 'web' (${web.pid}) with SIGKILL`;
  assert.deepEqual(world.lines, [killing, killing]);
});

test("stopwaitsecs=0 kills on the next turn of the loop", () => {
  const { world, clock, supervisor, web } = runningWeb({ stopwaitsecs: 0 });
  supervisor.stop(web);
  assert.deepEqual(world.signals, ["web SIGTERM"]);
  web.watchers.add(() => {
    if (world.signals.length === 2 && web.pid !== 0) world.exit("web", killed(9));
  });
  clock.tick(0);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL"]);
  assert.equal(world.state("web"), "STOPPED");
});

test("stopwaitsecs=0 does not kill what cannot die in a hot loop", () => {
  const { world, clock, supervisor, web } = runningWeb({ stopwaitsecs: 0 });
  supervisor.stop(web);
  clock.tick(2000);
  assert.ok(world.signals.length <= 5, `${world.signals.length} signals in two seconds`);
});

test("stopasgroup and killasgroup say who gets which signal", () => {
  const asked = runningWeb({ stopasgroup: true, killasgroup: false, stopwaitsecs: 1 });
  asked.supervisor.stop(asked.web);
  asked.clock.tick(1000);
  assert.deepEqual(asked.world.signals, ["web's group SIGTERM", "web SIGKILL"]);
  const killed = runningWeb({ stopasgroup: false, killasgroup: true, stopwaitsecs: 1 });
  killed.supervisor.stop(killed.web);
  killed.clock.tick(1000);
  assert.deepEqual(killed.world.signals, ["web SIGTERM", "web's group SIGKILL"]);
});

test("a stopped program stays down, and nothing is left to happen", () => {
  const { world, clock, supervisor, web } = runningWeb({ autorestart: true });
  supervisor.stop(web);
  world.exit("web", killed(15));
  assert.equal(world.state("web"), "STOPPED");
  assert.deepEqual(world.lines, ["WARN stopped: web (terminated by SIGTERM)"]);
  assert.equal(clock.pending, 0);
});

test("a program is stopped while STARTING, and its startsecs do not count any more", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startsecs: 5 });
  supervisor.start(web);
  supervisor.stop(web);
  clock.tick(6000);
  assert.equal(world.state("web"), "STOPPING");
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPED");
  assert.equal(web.spawnerr, "");
});

for (const state of ["STOPPING", "STOPPED", "EXITED", "FATAL", "UNKNOWN"] as const) {
  test(`stop() says that there is nothing to stop when ${state}`, () => {
    const { world, clock, supervisor, web } = runningWeb();
    web.status = { state, failures: 0 };
    assert.equal(supervisor.stop(web), false);
    clock.tick(3_600_000);
    assert.deepEqual([world.signals, world.changes], [[], []]);
  });
}

test("a program is stopped while it waits for its restart", () => {
  const { world, clock, supervisor, web } = runningWeb({ autorestart: true });
  web.budget = { ms: 0, at: clock.now() };
  world.exit("web", code(0));
  clock.tick(500);
  assert.equal(world.state("web"), "EXITED");
  assert.equal(supervisor.stop(web), true);
  assert.equal(world.state("web"), "STOPPED");
  clock.tick(3_600_000);
  assert.deepEqual([world.launched, world.signals], [[], []]);
});

test("a program that waits for its restart is started at once when asked, and once", () => {
  const { world, clock, supervisor, web } = runningWeb({ autorestart: true });
  web.budget = { ms: 0, at: clock.now() };
  world.exit("web", code(0));
  supervisor.start(web);
  clock.tick(10_000);
  assert.deepEqual(world.launched, ["web"]);
});

test("a program that keeps dying is started in a burst, then once a second", () => {
  const { world, clock, supervisor, web } = worldWithWeb({ startsecs: 0, autorestart: true });
  const starts: number[] = [];
  const began = clock.now();
  world.onChange = () => {
    if (web.status.state === "STARTING") starts.push(clock.now() - began);
  };
  // Runs as soon as it is up, as a program that dies at once does.
  web.watchers.add(() => {
    if (web.status.state === "RUNNING") clock.after(0, () => world.exit("web", code(1)));
  });
  supervisor.start(web);
  clock.tick(3500);
  assert.deepEqual(starts, [0, 0, 0, 0, 0, 0, 1000, 2000, 3000]);
});

// What outlives its leader

function stoppedWithGroup() {
  const { world, clock, supervisor, web } = runningWeb({ killasgroup: true, stopwaitsecs: 3 });
  world.livingGroups.add(web.pid);
  supervisor.stop(web);
  world.exit("web", code(0));
  return { world, clock, supervisor, web };
}

test("a stop with killasgroup is not over while others of the group are there", () => {
  const { world, supervisor, web } = stoppedWithGroup();
  assert.equal(world.state("web"), "STOPPING");
  assert.equal(web.pid, 0);
  supervisor.checkGroups();
  assert.equal(world.state("web"), "STOPPING");
  world.livingGroups.clear();
  supervisor.checkGroups();
  assert.equal(world.state("web"), "STOPPED");
  assert.equal(world.lines.at(-1), "INFO stopped: web (exit status 0)");
});

test("what is left of a group is killed when stopwaitsecs are over, and again until it is gone", () => {
  const { world, clock } = stoppedWithGroup();
  world.forget();
  clock.tick(2999);
  assert.deepEqual(world.signals, []);
  clock.tick(1);
  clock.tick(3000);
  assert.deepEqual(world.signals, ["group 101 SIGKILL", "group 101 SIGKILL"]);
  world.livingGroups.clear();
  clock.tick(3000);
  assert.equal(world.state("web"), "STOPPED");
  assert.equal(world.signals.length, 2);
});

test("a plain signal finds nobody where only others of the group are left", () => {
  const { world, supervisor, web } = stoppedWithGroup();
  world.forget();
  assert.deepEqual(supervisor.signal(web, 1), { type: "gone" });
  assert.deepEqual(world.signals, []);
});

test("a new process with the number of a group that is waited for ends the wait", () => {
  const world = new FakeWorld(lone("web", { killasgroup: true }), lone("job"));
  world.run("web");
  world.livingGroups.add(101);
  world.supervisor.stop(world.process("web"));
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPING");
  world.nextPid = 101;
  world.run("job");
  assert.deepEqual([world.state("web"), world.state("job")], ["STOPPED", "RUNNING"]);
  world.clock.tick(3_600_000);
  assert.deepEqual(world.signals, ["web SIGTERM"]);
});

test("killAll() kills what is up, with its group where killasgroup says so", () => {
  const world = new FakeWorld(lone("web"), lone("job", { killasgroup: true }), lone("down"));
  world.run("web", "job");
  world.forget();
  world.supervisor.killAll();
  assert.deepEqual(world.signals, ["web SIGKILL", "job's group SIGKILL"]);
  assert.deepEqual(world.lines, [
    "WARN killing 'web' (101) with SIGKILL",
    "WARN killing 'job' (102) with SIGKILL",
  ]);
});

test("killAll() kills what is left of a group, and nobody where none is left", () => {
  const { world, supervisor } = stoppedWithGroup();
  world.forget();
  supervisor.killAll();
  assert.deepEqual(world.signals, ["group 101 SIGKILL"]);
  world.livingGroups.clear();
  supervisor.killAll();
  assert.deepEqual(world.signals, ["group 101 SIGKILL"]);
  assert.equal(world.state("web"), "STOPPED");
});

test("without killasgroup a stop is over when the process is", () => {
  const { world, supervisor, web } = runningWeb({ killasgroup: false });
  world.livingGroups.add(web.pid);
  supervisor.stop(web);
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPED");
});

// Signals

test("a plain signal goes to the process alone, and changes nothing", () => {
  const { world, supervisor, web } = runningWeb({ stopasgroup: true, killasgroup: true });
  assert.deepEqual(supervisor.signal(web, 1), { type: "sent" });
  assert.deepEqual(world.signals, ["web SIGHUP"]);
  assert.equal(world.state("web"), "RUNNING");
});

test("a stop that finds the process gone waits for the reaper", () => {
  const { world, supervisor, web } = runningWeb();
  world.delivery = { type: "gone" };
  supervisor.stop(web);
  assert.equal(world.state("web"), "STOPPING");
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPED");
});

const refusals = [
  {
    name: "stopsignal",
    by: (made: ReturnType<typeof runningWeb>) => made.supervisor.stop(made.web),
  },
  {
    name: "a plain signal",
    by: (made: ReturnType<typeof runningWeb>) => made.supervisor.signal(made.web, 1),
  },
];

for (const { name, by } of refusals) {
  test(`a process that ${name} cannot be sent to is UNKNOWN, and never tried again`, () => {
    const made = runningWeb({ autorestart: true });
    const { world, clock, web, supervisor } = made;
    world.delivery = { type: "refused", reason: "EPERM" };
    by(made);
    assert.equal(world.state("web"), "UNKNOWN");
    assert.equal(world.signals.length, 1);
    assert.match(world.lines.at(-1)!, /^CRITICAL unknown problem killing web \(\d+\):EPERM$/);
    assert.match(web.spawnerr, /^unknown problem killing web \(\d+\):EPERM$/);
    supervisor.start(web);
    clock.tick(3_600_000);
    assert.equal(world.signals.length, 1);
    assert.deepEqual(world.launched, []);
  });
}

test("a process that SIGKILL cannot be sent to is UNKNOWN", () => {
  const { world, clock, supervisor, web } = runningWeb({ stopwaitsecs: 1 });
  supervisor.stop(web);
  world.delivery = { type: "refused", reason: "EPERM" };
  clock.tick(1000);
  assert.equal(world.state("web"), "UNKNOWN");
  clock.tick(10_000);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL"]);
  world.exit("web", code(0));
  assert.deepEqual([world.state("web"), web.pid], ["UNKNOWN", 0]);
});

// The end of the daemon

test("beginStopping() gives up what is in BACKOFF, silently", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  world.spawnFailures.set("web", "no");
  supervisor.start(web);
  world.forget();
  supervisor.beginStopping();
  assert.equal(supervisor.stopping, true);
  assert.deepEqual(world.changes, ["web: BACKOFF FATAL"]);
  assert.deepEqual(world.lines, []);
  clock.tick(10_000);
  assert.deepEqual(world.launched, []);
});

test("beginStopping() takes back a restart that was due", () => {
  const { world, clock, supervisor } = runningWeb({ autorestart: true });
  world.exit("web", code(0));
  supervisor.beginStopping();
  clock.tick(10_000);
  assert.deepEqual([world.state("web"), world.launched], ["EXITED", []]);
});

// Restarting what is unhealthy

test("restart() stops a program with its signal, and starts it when it is down", () => {
  const { world, clock, supervisor, web } = runningWeb({ autorestart: false, stopsignal: 3 });
  supervisor.restart(web);
  assert.deepEqual([world.state("web"), world.signals], ["STOPPING", ["web SIGQUIT"]]);
  clock.tick(10_000);
  assert.deepEqual(world.signals, ["web SIGQUIT", "web SIGKILL"]);
  world.exit("web", killed(9));
  assert.deepEqual(web.history.attempts.at(-1)!.endedBy, { via: "health check", peer: null });
  clock.tick(0);
  assert.deepEqual(world.changes, [
    "web: RUNNING STOPPING",
    "web: STOPPING STOPPED",
    "web: STOPPED STARTING",
  ]);
});

test("who stops a program that is being restarted is whom its stop is told of", () => {
  const { supervisor, web } = runningWeb();
  supervisor.restart(web);
  supervisor.stop(web, { via: "web page", peer: null });
  supervisor.restart(web);
  assert.equal(web.stopper?.via, "web page");
});

/** Who does what to a program that is being restarted, and it is not started. */
const interventions: readonly (readonly [
  string,
  (made: ReturnType<typeof runningWeb>) => void,
])[] = [
  ["stops it", ({ supervisor, web }) => assert.equal(supervisor.stop(web), true)],
  ["ends the daemon", ({ supervisor }) => supervisor.beginStopping()],
];

for (const [what, intervene] of interventions) {
  test(`restart() does not bring back a program if somebody ${what} while it is stopped`, () => {
    const made = runningWeb();
    made.supervisor.restart(made.web);
    intervene(made);
    made.world.exit("web", killed(15));
    made.clock.tick(60_000);
    assert.deepEqual([made.world.state("web"), made.world.launched], ["STOPPED", []]);
    assert.equal(made.clock.pending, 0);
  });

  test(`restart() does not bring back a program if somebody ${what} before it is started`, () => {
    const made = runningWeb();
    made.supervisor.restart(made.web);
    made.world.exit("web", killed(15));
    intervene(made);
    made.clock.tick(60_000);
    assert.deepEqual([made.world.state("web"), made.world.launched], ["STOPPED", []]);
    assert.equal(made.clock.pending, 0);
  });
}

test("a group can be removed while one of it waits to be started again", () => {
  const { world, clock, supervisor, web } = runningWeb();
  supervisor.restart(web);
  world.exit("web", killed(15));
  assert.equal(supervisor.removeGroup(supervisor.groups.get("web")!), true);
  clock.tick(60_000);
  assert.deepEqual([world.launched, clock.pending], [[], 0]);
});

test("somebody may start a program before its restart is due", () => {
  const { world, clock, supervisor, web } = runningWeb();
  supervisor.restart(web);
  world.exit("web", killed(15));
  supervisor.start(web);
  clock.tick(60_000);
  assert.deepEqual([world.state("web"), world.launched], ["RUNNING", ["web"]]);
});

test("restart() starts nothing that is down, nor while the daemon ends", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  supervisor.restart(web);
  clock.tick(60_000);
  assert.deepEqual(world.launched, []);
  const running = runningWeb();
  running.supervisor.beginStopping();
  running.supervisor.restart(running.web);
  assert.equal(running.world.state("web"), "RUNNING");
});

test("beginStopping() leaves what is up to whoever stops it, but nothing comes back", () => {
  const { world, clock, supervisor } = runningWeb({ autorestart: true });
  supervisor.beginStopping();
  assert.deepEqual([world.state("web"), world.signals], ["RUNNING", []]);
  world.exit("web", code(1));
  clock.tick(10_000);
  assert.deepEqual([world.state("web"), world.launched], ["EXITED", []]);
});

test("a program that fails to start while the daemon goes down is not tried again", () => {
  const { world, clock, supervisor, web } = worldWithWeb();
  supervisor.start(web);
  supervisor.beginStopping();
  world.exit("web", code(1));
  clock.tick(10_000);
  assert.deepEqual(world.launched, ["web"]);
  assert.ok(isStoppedState(web.status.state), `it is ${web.status.state}`);
});

test("autostart starts nothing while the daemon goes down", () => {
  const { world, supervisor } = worldWithWeb();
  supervisor.beginStopping();
  supervisor.autostart(supervisor.groups.get("web")!);
  assert.deepEqual(world.launched, []);
});

// Groups

test("groups and their processes are announced, kept in order, and forgotten", () => {
  const world = new FakeWorld(group("b", [program("y", { priority: 2 }), program("x")]), lone("a"));
  assert.deepEqual([...world.supervisor.groups.keys()], ["b", "a"]);
  const b = world.supervisor.groups.get("b")!;
  assert.deepEqual([...b.processes.keys()], ["y", "x"]);
  assert.equal(world.supervisor.removeGroup(b), true);
  assert.deepEqual([...world.supervisor.groups.keys()], ["a"]);
  assert.deepEqual(world.memberships, ["added b", "added a", "removed b"]);
});

for (const state of ["STARTING", "RUNNING", "BACKOFF", "STOPPING"] as const) {
  test(`removeGroup() refuses while something in it is ${state}`, () => {
    const world = new FakeWorld(group("site", [program("up"), program("down")]));
    world.process("up").status = { state, failures: 0 };
    const site = world.supervisor.groups.get("site")!;
    assert.equal(world.supervisor.removeGroup(site), false);
    assert.equal(world.supervisor.groups.get("site"), site);
  });
}

test("a removed group does not come back by autorestart", () => {
  const { world, clock, supervisor } = runningWeb({ autorestart: true });
  world.exit("web", code(1));
  assert.equal(supervisor.removeGroup(supervisor.groups.get("web")!), true);
  clock.tick(10_000);
  assert.deepEqual(world.launched, []);
  assert.equal(clock.pending, 0);
});

test("a group that was removed and added has a life of its own: autostart applies again", () => {
  const { world, supervisor } = runningWeb();
  world.exit("web", code(0));
  const old = supervisor.groups.get("web")!;
  supervisor.removeGroup(old);
  const again = supervisor.addGroup(old.config);
  assert.equal(world.process("web").laststart, 0);
  supervisor.autostart(again);
  assert.deepEqual(world.launched, ["web"]);
});

test("names like __proto__ and constructor are names", () => {
  const world = new FakeWorld(group("__proto__", [program("constructor"), program("toString")]));
  assert.deepEqual([...world.supervisor.groups.keys()], ["__proto__"]);
  world.run("constructor", "toString");
  assert.deepEqual(world.launched, ["constructor", "toString"]);
  assert.equal(world.supervisor.groups.get("constructor"), undefined);
});

// Whatever happens

type Deed = (world: FakeWorld) => void;

const deeds: Record<string, Deed> = {
  start: (world) => world.supervisor.start(world.process("web")),
  stop: (world) => void world.supervisor.stop(world.process("web")),
  "exit 0": (world) => world.process("web").pid && world.exit("web", code(0)),
  "exit 1": (world) => world.process("web").pid && world.exit("web", code(1)),
  crash: (world) => world.process("web").pid && world.exit("web", killed(11)),
  "1 ms": (world) => world.clock.tick(1),
  "1 s": (world) => world.clock.tick(1001),
  "10 s": (world) => world.clock.tick(10_001),
  "spawns fail": (world) => void world.spawnFailures.set("web", "no"),
  "spawns work": (world) => void world.spawnFailures.delete("web"),
};

const anyLife = fc.record({
  startsecs: fc.nat(2),
  startretries: fc.nat(3),
  autorestart: fc.constantFrom(true, false, "unexpected" as const),
  names: fc.array(fc.constantFrom(...Object.keys(deeds)), { maxLength: 50 }),
});

test("whatever happens, states follow one another without gaps, and a pid means alive", () => {
  fc.assert(fc.property(anyLife, ({ names, ...options }) => {
    const { world, web, clock } = worldWithWeb(options); // throws if a reaped pid is signalled
    for (const name of names) {
      deeds[name]!(world);
      const { state } = web.status;
      const alive = ["STARTING", "RUNNING", "STOPPING"].includes(state);
      assert.equal(web.pid !== 0, alive, `pid ${web.pid} when ${state} after ${name}`);
      assert.ok(clock.pending <= 1, "one timer at most");
      assert.doesNotThrow(() => describeProcess(web, clock.now()));
    }
    let last = "STOPPED";
    for (const change of world.changes) {
      const [, from, to] = change.split(" ");
      assert.equal(from, last);
      assert.notEqual(to, from);
      last = to!;
    }
    assert.equal(last, web.status.state);
  }));
});
