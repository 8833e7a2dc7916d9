import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { code, FakeWorld, group, killed, lone, program } from "../../tests/support/fake_world.ts";
import { compareGroups } from "../config/diff.ts";
import { planUpdate } from "../config/plan.ts";
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { UpdateTrouble } from "../model/update.ts";
import { SIGTERM } from "../model/signal.ts";
import { isStoppable } from "./process.ts";
import { applyUpdate } from "./update.ts";

/** Lets everything happen that has nothing to wait for. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function activeGroups(world: FakeWorld) {
  return [...world.supervisor.groups.values()].map(({ config, processes }) => {
    const namesOf = (those: ReturnType<typeof processes.get>[]) =>
      new Set(those.map((process) => process!.config.name));
    const all = [...processes.values()];
    return {
      config,
      up: namesOf(all.filter(isStoppable)),
      stopped: namesOf(all.filter(({ stoppedByOperator }) => stoppedByOperator)),
    };
  });
}

/** Begins an update to these groups; `over` tells whether it has ended, and with what troubles. */
async function update(world: FakeWorld, ...read: readonly GroupConfig[]) {
  world.forget();
  world.memberships.length = 0;
  world.supervisor.rememberStops();
  const state: { over: boolean; troubles: readonly UpdateTrouble[] } = {
    over: false,
    troubles: [],
  };
  const planned = planUpdate(activeGroups(world), read);
  void applyUpdate(world.supervisor, planned).then((troubles) => {
    Object.assign(state, { over: true, troubles });
  });
  await settled();
  return state;
}

async function exit(world: FakeWorld, ...names: readonly string[]): Promise<void> {
  for (const name of names) world.exit(name, killed(SIGTERM));
  await settled();
}

/** What an update finds to do after it was carried out. */
function left(world: FakeWorld, read: readonly GroupConfig[]) {
  return compareGroups(activeGroups(world).map(({ config }) => config), read);
}

const NOTHING = { added: [], changed: [], removed: [] };
const now = { startsecs: 0 };
const members = (...processes: readonly ProcessConfig[]) => group("g", processes);

test("new members start, the others do not notice", async () => {
  const world = new FakeWorld(members(program("a", now)));
  world.run("a");
  const read = members(program("a", now), program("b", now), program("c", { autostart: false }));
  const done = await update(world, read);
  assert.deepEqual(world.launched, ["b"]);
  assert.deepEqual(world.signals, []);
  assert.deepEqual([...world.supervisor.groups.get("g")!.processes.keys()], ["a", "b", "c"]);
  assert.deepEqual(done, { over: true, troubles: [] });
  assert.deepEqual(left(world, [read]), NOTHING);
});

test("a member that leaves is there until it is down", async () => {
  const world = new FakeWorld(members(program("a", now), program("b", now)));
  world.run("a", "b");
  const read = members(program("a", now));
  const done = await update(world, read);
  assert.deepEqual(world.signals, ["b SIGTERM"]);
  assert.equal(world.state("b"), "STOPPING");
  await exit(world, "b");
  assert.throws(() => world.process("b"));
  assert.equal(done.over, true);
  assert.deepEqual(left(world, [read]), NOTHING);
});

test("a member that changes restarts alone, with its new options, and is the same process", async () => {
  const world = new FakeWorld(members(program("a", now), program("b", now)));
  world.run("a", "b");
  const { pid } = world.process("a");
  const process = world.process("b");
  const read = members(program("a", now), program("b", { ...now, command: "other" }));
  const done = await update(world, read);
  assert.equal(process.config.command, "/bin/cat");
  await exit(world, "b");
  assert.deepEqual(world.launched, ["b"]);
  assert.deepEqual([process.config.command, world.process("a").pid], ["other", pid]);
  assert.equal(world.process("b"), process);
  assert.equal(done.over, true);
  assert.deepEqual(left(world, [read]), NOTHING);
});

test("options that need no restart are in force at once", async () => {
  const world = new FakeWorld(lone("web", now));
  world.run("web");
  const read = lone("web", { ...now, stopwaitsecs: 3 });
  await update(world, read);
  assert.deepEqual([world.signals, world.launched], [[], []]);
  assert.deepEqual(world.memberships, ["adopted web"]);
  world.supervisor.stop(world.process("web"));
  world.clock.tick(3000);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGKILL"]);
  assert.deepEqual(left(world, [read]), NOTHING);
});

test("a restart that is due does not come when autorestart says so by now", async () => {
  const world = new FakeWorld(lone("web", { ...now, autorestart: true }));
  world.run("web");
  for (let i = 0; i < 5; i++) {
    world.exit("web", killed(9));
    world.clock.tick(0);
  }
  world.exit("web", killed(9)); // the burst is used up: the next start is due in a second
  await update(world, lone("web", { ...now, autorestart: false }));
  assert.deepEqual([world.state("web"), world.clock.pending], ["EXITED", 0]);
});

test("a restart that is promised anew counts once for the restartlimit", async () => {
  const options = { ...now, autorestart: true, restartlimit: { restarts: 1, seconds: 60 } };
  const world = new FakeWorld(lone("web", { ...options, restartdelaysecs: 30 }));
  world.run("web");
  world.exit("web", killed(9));
  await update(world, lone("web", { ...options, restartdelaysecs: 2 }));
  assert.equal(world.state("web"), "EXITED");
  world.clock.tick(2000);
  assert.equal(world.state("web"), "RUNNING");
  world.exit("web", killed(9));
  assert.equal(world.state("web"), "FATAL");
});

test("what cannot be done with new options is told, and no reason to stop", async () => {
  const world = new FakeWorld(members(program("a", now), program("b", now)));
  world.run("a", "b");
  world.adoptTrouble = "no such folder";
  const stdout_logfile = { type: "file", path: "/x" } as const;
  const done = await update(
    world,
    members(program("a", now), program("b", { ...now, stdout_logfile })),
  );
  assert.deepEqual(done.troubles, [{ group: "g", process: "b", text: "no such folder" }]);
  assert.equal(world.state("b"), "RUNNING");
});

test("a group that is another one goes and comes as with Supervisor", async () => {
  const world = new FakeWorld(lone("web", now));
  world.run("web");
  const read = lone("web", { ...now, priority: 5 });
  await update(world, read);
  assert.deepEqual(world.memberships, []);
  await exit(world, "web");
  assert.deepEqual(world.memberships, ["removed web", "added web"]);
  assert.equal(world.state("web"), "RUNNING");
  assert.deepEqual(left(world, [read]), NOTHING);
});

test("a slow stop holds up nobody but itself and what is new", async () => {
  const world = new FakeWorld(
    lone("slow", now),
    lone("web", now),
    members(program("a", now), program("b", now)),
  );
  world.run("slow", "web", "a", "b");
  const command = "other";
  const read = [
    lone("web", { ...now, command }),
    members(program("a", now), program("b", { ...now, command })),
    lone("new", now),
  ];
  const done = await update(world, ...read);
  assert.deepEqual(world.signals.toSorted(), ["b SIGTERM", "slow SIGTERM", "web SIGTERM"]);
  await exit(world, "web", "b");
  assert.deepEqual(world.launched.toSorted(), ["b", "web"]);
  await exit(world, "slow");
  assert.deepEqual(world.launched.at(-1), "new");
  assert.equal(done.over, true);
  assert.deepEqual(left(world, read), NOTHING);
});

test("a group that comes anew waits for those that move into it", async () => {
  const world = new FakeWorld(lone("web", now), members(program("a", now)));
  world.run("web", "a");
  const read = group("g", [program("a", now), program("web", now)], 5);
  const done = await update(world, read);
  await exit(world, "a");
  assert.deepEqual(world.launched, []);
  await exit(world, "web");
  assert.deepEqual(world.launched, ["a", "web"]);
  assert.equal(done.over, true);
});

test("stops go from high to low priority", async () => {
  const world = new FakeWorld(
    lone("low", { ...now, priority: 1 }),
    lone("high", { ...now, priority: 3 }),
    lone("middle", { ...now, priority: 2 }),
  );
  world.run("low", "middle", "high");
  await update(world);
  assert.deepEqual(world.signals, ["high SIGTERM", "middle SIGTERM", "low SIGTERM"]);
});

test("what does not die stays as it was, and is told", async () => {
  const world = new FakeWorld(
    members(program("a", { ...now, stopwaitsecs: 1 }), program("b", { ...now, stopwaitsecs: 1 })),
    lone("old", { ...now, stopwaitsecs: 1 }),
  );
  world.run("a", "b", "old");
  const { pid } = world.process("b");
  const done = await update(world, members(program("a", { ...now, stopwaitsecs: 1 })), lone("new"));
  world.clock.tick(1000);
  assert.equal(done.over, false);
  world.clock.tick(30_000);
  await settled();
  assert.deepEqual(done, {
    over: true,
    troubles: [
      { group: "old", process: "old", text: "SIGKILL does not end it" },
      { group: "g", process: "b", text: "SIGKILL does not end it" },
    ],
  });
  assert.equal(world.process("b").pid, pid);
  assert.deepEqual(world.launched, ["new"]);
});

test("nothing is started once the daemon stops", async () => {
  const world = new FakeWorld(lone("web", now), members(program("a", now), program("b", now)));
  world.run("web", "a", "b");
  const command = "other";
  await update(
    world,
    lone("web", { ...now, command }),
    members(program("a", now), program("b", { ...now, command })),
    lone("new", now),
  );
  world.supervisor.beginStopping();
  await exit(world, "web", "b");
  assert.deepEqual(world.launched, []);
  assert.deepEqual(world.memberships, ["adopted b", "removed web"]);
});

test("a group that somebody has added again meanwhile is not removed", async () => {
  const world = new FakeWorld(lone("web", now));
  world.run("web");
  const done = await update(world);
  world.exit("web", killed(SIGTERM));
  const { supervisor } = world;
  const { config } = supervisor.groups.get("web")!;
  assert.ok(supervisor.removeGroup(supervisor.groups.get("web")!));
  const again = supervisor.addGroup(config);
  await settled();
  assert.equal(done.over, true);
  assert.equal(supervisor.groups.get("web"), again);
});

test("a group that somebody removes meanwhile is left alone", async () => {
  const world = new FakeWorld(members(program("a", now), program("b", now)), lone("web", now));
  world.run("a", "b", "web");
  const done = await update(world, members(program("a", now)));
  world.supervisor.stop(world.process("a"));
  await exit(world, "a", "b"); // its last member is down: now anybody may remove it
  assert.ok(world.supervisor.removeGroup(world.supervisor.groups.get("g")!));
  await exit(world, "web");
  assert.deepEqual(done, { over: true, troubles: [] });
  assert.deepEqual([...world.supervisor.groups.keys()], []);
});

test("a process that an operator stopped starts when it changes, as with Supervisor", async () => {
  const world = new FakeWorld(lone("web", now));
  world.process("web").stoppedByOperator = true;
  await update(world, lone("web", { ...now, command: "other" }));
  assert.equal(world.state("web"), "RUNNING");
});

test("a member that somebody starts again instead of letting it go is told of", async () => {
  const world = new FakeWorld(members(program("a", now), program("b", now), program("c", now)));
  world.run("a", "b", "c");
  const done = await update(world, members(program("a", now)));
  await exit(world, "b");
  world.supervisor.start(world.process("b"));
  await exit(world, "c");
  assert.deepEqual(done, {
    over: true,
    troubles: [{ group: "g", process: "b", text: "was started meanwhile" }],
  });
  assert.equal(world.state("b"), "RUNNING");
  assert.deepEqual(left(world, [members(program("a", now))]).changed, ["g"]);
});

const situations: Readonly<Record<string, (world: FakeWorld) => void>> = {
  "never started": () => {},
  STARTING: (world) => world.supervisor.start(world.process("web")),
  RUNNING: (world) => world.run("web"),
  BACKOFF: (world) => {
    world.supervisor.start(world.process("web"));
    world.exit("web", killed(9));
  },
  FATAL: (world) => {
    for (let tries = 0; tries < 4; tries++) {
      if (tries === 0) world.supervisor.start(world.process("web"));
      world.exit("web", killed(9));
      world.clock.tick(10_000);
    }
  },
  EXITED: (world) => {
    world.run("web");
    world.exit("web", code(0));
  },
  "about to restart": (world) => {
    world.run("web");
    world.exit("web", code(1));
  },
  STOPPING: (world) => {
    world.run("web");
    world.supervisor.stop(world.process("web"));
  },
};

for (const [name, bring] of Object.entries(situations)) {
  for (const option of ["command", "directory", "stopwaitsecs", "priority"]) {
    test(`a process that is ${name} is up and has its new ${option} after an update`, async () => {
      const world = new FakeWorld(members(program("web"), program("other")));
      world.run("other");
      bring(world);
      const value = option === "stopwaitsecs" || option === "priority" ? 3 : "/x";
      const read = members(program("web", { [option]: value }), program("other"));
      const done = await update(world, read);
      if (world.state("web") === "STOPPING") await exit(world, "web");
      world.clock.tick(10_000);
      await settled();
      assert.deepEqual([done.over, world.state("web")], [true, "RUNNING"]);
      assert.equal(world.process("web").config, read.processes[0]);
      assert.deepEqual(left(world, [read]), NOTHING);
    });
  }
}

const kept = { ...now, keepstopped: true };

for (const option of [{ command: "other" }, { stopwaitsecs: 3 }, { priority: 3 }]) {
  test(`with keepstopped it stays down when ${Object.keys(option)} changes, again and again`, async () => {
    const world = new FakeWorld(lone("web", kept));
    world.process("web").stoppedByOperator = true;
    await update(world, lone("web", { ...kept, ...option }));
    assert.equal(world.state("web"), "STOPPED");
    await update(world, lone("web", kept));
    assert.equal(world.state("web"), "STOPPED");
    world.supervisor.start(world.process("web"));
    world.exit("web", killed(9));
    await update(world, lone("web", { ...kept, ...option }));
    world.clock.tick(0);
    assert.equal(world.state("web"), "RUNNING");
  });
}

test("a stop is remembered from the last time the configuration was read, until a start", () => {
  const world = new FakeWorld(lone("web", kept));
  const again = () => {
    const { supervisor } = world;
    const group = supervisor.groups.get("web")!;
    assert.ok(supervisor.removeGroup(group));
    supervisor.autostart(supervisor.addGroup(group.config));
    return world.state("web");
  };
  world.process("web").stoppedByOperator = true;
  assert.equal(again(), "RUNNING"); // it was not read since: this is no update
  world.exit("web", killed(9));
  world.clock.tick(0);
  world.supervisor.stop(world.process("web"));
  world.exit("web", killed(SIGTERM));
  world.process("web").stoppedByOperator = true;
  world.supervisor.rememberStops();
  assert.equal(again(), "STOPPED");
  world.supervisor.start(world.process("web"));
  world.supervisor.stop(world.process("web"));
  world.exit("web", killed(SIGTERM));
  assert.equal(again(), "RUNNING");
});

/** Options that need a restart, and such that do not. */
const someOptions = fc.record({
  command: fc.constantFrom("a", "b"),
  priority: fc.constantFrom(1, 2),
  stopwaitsecs: fc.constantFrom(1, 2),
  autostart: fc.boolean(),
  startsecs: fc.constant(0),
}, { requiredKeys: ["startsecs"] });

const somePrograms = fc.dictionary(fc.constantFrom("p", "q", "r"), someOptions, { maxKeys: 3 });

const someGroups = fc.dictionary(
  fc.constantFrom("one", "two", "three"),
  fc.record({ programs: somePrograms, priority: fc.constantFrom(1, 2) }),
  { maxKeys: 3 },
).map((groups) =>
  Object.entries(groups).map(([name, { programs, priority }]) => {
    const processes = Object.entries(programs).map(([each, options]) => program(each, options));
    return group(name, processes, priority);
  })
);

test("after any update what is active is what was read, and up is what should be", async () => {
  await fc.assert(
    fc.asyncProperty(someGroups, someGroups, fc.func(fc.boolean()), async (first, read, isUp) => {
      const world = new FakeWorld(...first);
      for (const process of world.supervisor.allProcesses()) {
        if (isUp(`${process.group} ${process.config.name}`)) world.supervisor.start(process);
      }
      const before = new Map(
        [...world.supervisor.allProcesses()].map((process) => [process, { ...process }]),
      );
      const done = await update(world, ...read);
      for (const process of world.supervisor.allProcesses()) {
        if (process.status.state === "STOPPING") {
          world.exitProcess(process, killed(SIGTERM));
          await settled();
        }
      }
      assert.deepEqual([done.over, left(world, read)], [true, NOTHING]);
      for (const process of world.supervisor.allProcesses()) {
        const old = before.get(process);
        const isSame = old?.config === process.config;
        if (isSame) assert.equal(process.pid, old!.pid);
        else if (old?.pid !== process.pid || !old) {
          assert.equal(process.pid !== 0, process.config.autostart);
        }
      }
    }),
    { numRuns: 200 },
  );
});
