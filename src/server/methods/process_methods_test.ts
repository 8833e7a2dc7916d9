import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, until } from "../../../tests/support/bounded.ts";
import { EPOCH_MS } from "../../../tests/support/fake_clock.ts";
import { FakeServer, plain, results } from "../../../tests/support/fake_server.ts";
import { code, group, killed, lone, on, program } from "../../../tests/support/fake_world.ts";
import type { ProcessState } from "../../model/state.ts";
import { pythonText } from "../../rpc/python_text.ts";
import { RpcDouble, type RpcValue, struct } from "../../rpc/xml_value.ts";

/** `web`, and in the group `site` the processes `b` (priority 2) and `a` (priority 1). */
function serverWithPrograms() {
  const server = new FakeServer([
    lone("web", { priority: 900 }),
    group("site", [program("b", { priority: 2 }), program("a", { priority: 1 })], 50),
  ]);
  const { world } = server;
  return { server, world, clock: world.clock };
}

function runningPrograms() {
  const made = serverWithPrograms();
  made.world.run("web", "a", "b");
  made.world.forget();
  return made;
}

const launched = (server: FakeServer, count: number) =>
  until(`${count} starts`, () => server.world.launched.length >= count);
const signalled = (server: FakeServer, count: number) =>
  until(`${count} signals`, () => server.world.signals.length >= count);

/** Whether a call has been answered yet, after everything that it could do by itself. */
async function isAnswered(call: Promise<unknown>): Promise<boolean> {
  let answered = false;
  const note = () => answered = true;
  call.then(note, note);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return answered;
}

// Starting one

test("startProcess answers when the program is RUNNING", async () => {
  const { server, clock } = serverWithPrograms();
  const answer = server.call("supervisor.startProcess", "web");
  await launched(server, 1);
  clock.tick(999);
  assert.equal(await isAnswered(answer), false);
  clock.tick(2);
  assert.equal(await bounded("the answer", answer), true);
});

test("startProcess without waiting answers when the program was spawned", async () => {
  const { server, world } = serverWithPrograms();
  assert.equal(await server.call("supervisor.startProcess", "site:a", false), true);
  assert.equal(world.state("a"), "STARTING");
});

const noWaits: readonly RpcValue[] = [false, 0, new RpcDouble(0), "", [], struct({})];
const waits: readonly RpcValue[] = [true, -1, new RpcDouble(0.1), "false", [0], struct({ no: 0 })];

for (const wait of [...noWaits, ...waits]) {
  const waited = waits.includes(wait);
  test(`startProcess ${waited ? "waits" : "does not wait"} for ${pythonText(wait)}`, async () => {
    const { server } = serverWithPrograms();
    const answer = Promise.resolve(server.call("supervisor.startProcess", "web", wait));
    await launched(server, 1);
    assert.equal(await isAnswered(answer), !waited);
  });
}

for (const wait of [true, false]) {
  test(`startProcess tells of a spawn that fails at once (wait=${wait})`, async () => {
    const { server, world } = serverWithPrograms();
    world.spawnFailures.set("a", "no");
    const answer = await server.faultOf("supervisor.startProcess", "site:a", wait);
    assert.equal(answer, "50 SPAWN_ERROR: site:a");
  });
}

/** What becomes of a program while its start is waited for. */
const endings: readonly {
  readonly name: string;
  readonly happens: (made: ReturnType<typeof serverWithPrograms>) => void;
  readonly answer: string;
}[] = [
  {
    name: "exits too quickly, though it will be tried again",
    happens: ({ world }) => world.exit("web", code(0)),
    answer: "50 SPAWN_ERROR: web",
  },
  {
    name: "is stopped by somebody",
    happens: ({ world }) => void world.supervisor.stop(world.process("web")),
    answer: "40 ABNORMAL_TERMINATION: web",
  },
];

for (const { name, happens, answer } of endings) {
  test(`startProcess tells when a program ${name}`, async () => {
    const made = serverWithPrograms();
    const answered = made.server.faultOf("supervisor.startProcess", "web");
    await launched(made.server, 1);
    happens(made);
    assert.equal(await bounded("the answer", answered), answer);
    assert.equal(made.world.process("web").watchers.size, 0);
  });
}

const up: readonly ProcessState[] = ["STARTING", "RUNNING", "BACKOFF"];

for (const state of up) {
  test(`startProcess does not start what is ${state}`, async () => {
    const { server, world } = serverWithPrograms();
    world.process("web").status = { state, failures: 0 };
    const answer = await server.faultOf("supervisor.startProcess", "web");
    assert.equal(answer, "60 ALREADY_STARTED: web");
    assert.deepEqual(world.launched, []);
  });
}

test("startProcess does not start what is UNKNOWN", async () => {
  const { server, world } = serverWithPrograms();
  world.process("web").status = { state: "UNKNOWN", failures: 0 };
  const answer = await server.faultOf("supervisor.startProcess", "web");
  assert.equal(answer, "30 FAILED: web is in an unknown process state");
});

test("startProcess of what is STOPPING starts nothing, as clients know it", async () => {
  const { server, world } = runningPrograms();
  world.supervisor.stop(world.process("web"));
  const waiting = await server.faultOf("supervisor.startProcess", "web", true);
  assert.equal(waiting, "40 ABNORMAL_TERMINATION: web");
  assert.equal(await server.call("supervisor.startProcess", "web", false), true);
  assert.deepEqual(world.launched, []);
  assert.ok(world.lines.includes("WARN process 'web' already running"));
});

for (const [fault, codeNumber] of [["NO_FILE", 20], ["NOT_EXECUTABLE", 21]] as const) {
  test(`startProcess looks at the command before the state: ${fault}`, async () => {
    const { server, world } = runningPrograms();
    server.commandTrouble.set("web", { fault, text: "can't find command 'x'" });
    const answer = await server.faultOf("supervisor.startProcess", "web");
    assert.equal(answer, `${codeNumber} ${fault}: can't find command 'x'`);
    assert.deepEqual(world.launched, []);
  });
}

// Stopping one

test("stopProcess answers when the program is down", async () => {
  const { server, world, clock } = runningPrograms();
  const answer = server.call("supervisor.stopProcess", "web");
  await signalled(server, 1);
  clock.tick(500);
  assert.equal(await isAnswered(answer), false);
  world.exit("web", killed(15));
  assert.equal(await bounded("the answer", answer), true);
});

test("stopProcess without waiting answers when the signal was sent", async () => {
  const { server, world } = runningPrograms();
  assert.equal(await server.call("supervisor.stopProcess", "web", false), true);
  assert.deepEqual(world.signals, ["web SIGTERM"]);
});

test("stopProcess says every two seconds that it waits, and no longer than that", async () => {
  const { server, world, clock } = runningPrograms();
  const answer = server.call("supervisor.stopProcess", "web");
  await signalled(server, 1);
  const waiting = () =>
    world.lines.filter((line) => line === "INFO waiting for web to stop").length;
  assert.equal(waiting(), 1);
  clock.tick(1999);
  assert.equal(waiting(), 1);
  clock.tick(2001);
  assert.equal(waiting(), 3);
  world.exit("web", killed(15));
  await bounded("the answer", answer);
  assert.equal(clock.pending, 0);
});

test("stopProcess ends a program in BACKOFF at once", async () => {
  const { server, world } = serverWithPrograms();
  world.spawnFailures.set("web", "no");
  world.supervisor.start(world.process("web"));
  assert.equal(await server.call("supervisor.stopProcess", "web"), true);
  assert.equal(world.state("web"), "STOPPED");
});

const down: readonly ProcessState[] = ["STOPPED", "STOPPING", "EXITED", "FATAL", "UNKNOWN"];

for (const state of down) {
  test(`stopProcess has nothing to stop where it is ${state}`, async () => {
    const { server, world } = serverWithPrograms();
    world.process("web").status = { state, failures: 0 };
    assert.equal(await server.faultOf("supervisor.stopProcess", "web"), "70 NOT_RUNNING: web");
  });
}

for (const wait of [true, false]) {
  test(`stopProcess tells why a program cannot be stopped (wait=${wait})`, async () => {
    const { server, world } = runningPrograms();
    world.delivery = { type: "refused", reason: "EPERM" };
    const answer = await bounded(
      "the answer",
      server.faultOf("supervisor.stopProcess", "web", wait),
    );
    assert.match(answer, /^30 FAILED: unknown problem killing web \(\d+\):EPERM/);
  });
}

// Groups

const starts = ["startProcessGroup site", "startProcess site:*", "startProcess site:"];

for (const name of starts) {
  test(`${name} starts all of a group at once, the lowest priority first`, async () => {
    const { server, world, clock } = serverWithPrograms();
    const [method, target] = name.split(" ");
    const answer = server.call(`supervisor.${method}`, target!);
    await launched(server, 2);
    assert.deepEqual(world.launched, ["a", "b"]);
    clock.tick(1001);
    assert.deepEqual(results(await answer), ["site:a 80 OK", "site:b 80 OK"]);
  });
}

test("startAllProcesses goes by the priority of groups, then of processes", async () => {
  const { server, world } = serverWithPrograms();
  const answer = await server.call("supervisor.startAllProcesses", false);
  assert.deepEqual(world.launched, ["a", "b", "web"]);
  assert.deepEqual(results(answer), ["site:a 80 OK", "site:b 80 OK", "web:web 80 OK"]);
});

test("starting a group leaves out what is up, and a second start is empty", async () => {
  const { server, world } = serverWithPrograms();
  world.run("a");
  const answer = await server.call("supervisor.startProcessGroup", "site", false);
  assert.deepEqual(results(answer), ["site:b 80 OK"]);
  assert.deepEqual(await server.call("supervisor.startProcessGroup", "site", false), []);
});

test("in a group what is known at once comes first, then who was done first", async () => {
  const processes = [
    program("slow", { startsecs: 3 }),
    program("quick", { startsecs: 1 }),
    program("bad"),
    program("lost"),
  ];
  const server = new FakeServer([group("g", processes)]);
  const { world } = server;
  world.spawnFailures.set("bad", "no");
  server.commandTrouble.set("lost", { fault: "NO_FILE", text: "can't find command 'x'" });
  const answer = server.call("supervisor.startProcessGroup", "g");
  await launched(server, 3);
  for (let second = 0; second < 4; second++) {
    world.clock.tick(1001);
    await isAnswered(answer);
  }
  assert.deepEqual(results(await bounded("the answer", answer)), [
    "g:bad 50 SPAWN_ERROR: g:bad",
    "g:lost 20 NO_FILE: can't find command 'x'",
    "g:quick 80 OK",
    "g:slow 80 OK",
  ]);
});

const stops = ["stopProcessGroup site", "stopProcess site:*", "stopProcess site:"];

for (const name of stops) {
  test(`${name} stops all of a group at once, the highest priority first`, async () => {
    const { server, world } = runningPrograms();
    const [method, target] = name.split(" ");
    const answer = server.call(`supervisor.${method}`, target!);
    await signalled(server, 2);
    assert.deepEqual(world.signals, ["b SIGTERM", "a SIGTERM"]);
    world.exit("a", killed(15));
    await isAnswered(answer);
    world.clock.tick(1000);
    world.exit("b", killed(15));
    const done = results(await bounded("the answer", answer));
    assert.deepEqual(done, ["site:a 80 OK", "site:b 80 OK"]);
  });
}

test("stopAllProcesses stops what is up, and a second stop is empty", async () => {
  const { server, world } = runningPrograms();
  world.exit("a", code(0));
  const answer = await server.call("supervisor.stopAllProcesses", false);
  assert.deepEqual(results(answer), ["web:web 80 OK", "site:b 80 OK"]);
  assert.deepEqual(await server.call("supervisor.stopAllProcesses", false), []);
});

test("stopping a group also stops what waits for its restart", async () => {
  const server = new FakeServer([lone("web", { autorestart: true })]);
  const { world } = server;
  world.run("web");
  world.process("web").budget = { ms: 0, at: world.clock.now() };
  world.exit("web", code(1));
  world.forget();
  await server.call("supervisor.stopAllProcesses", false);
  world.clock.tick(10_000);
  assert.deepEqual(world.launched, []);
});

// Signals

for (const signal of ["HUP", "SIGHUP", "hup", "1", 1]) {
  test(`signalProcess takes ${JSON.stringify(signal)}`, async () => {
    const { server, world } = runningPrograms();
    assert.equal(await server.call("supervisor.signalProcess", "web", signal), true);
    assert.deepEqual(world.signals, ["web SIGHUP"]);
  });
}

test("signalProcess looks at the name, then at the signal, then at the state", async () => {
  const { server, world } = serverWithPrograms();
  const signal = (name: string, signal: string) =>
    server.faultOf("supervisor.signalProcess", name, signal);
  assert.equal(await signal("nobody", "NOPE"), "10 BAD_NAME: nobody");
  assert.equal(await signal("web", "NOPE"), "11 BAD_SIGNAL: NOPE");
  assert.equal(await signal("web", "35"), "11 BAD_SIGNAL: 35");
  assert.equal(await signal("web", "HUP"), "70 NOT_RUNNING: web");
  world.spawnFailures.set("web", "no");
  world.supervisor.start(world.process("web"));
  assert.equal(await signal("web", "HUP"), "70 NOT_RUNNING: web");
});

test("signalProcess reaches what is STOPPING", async () => {
  const { server, world } = runningPrograms();
  world.supervisor.stop(world.process("web"));
  assert.equal(await server.call("supervisor.signalProcess", "web", "QUIT"), true);
  assert.deepEqual(world.signals, ["web SIGTERM", "web SIGQUIT"]);
});

test("signals do not reach what is STOPPING where only others of its group are left", async () => {
  const server = new FakeServer([lone("web", { killasgroup: true })]);
  const { world } = server;
  world.run("web");
  world.livingGroups.add(101);
  world.supervisor.stop(world.process("web"));
  world.exit("web", code(0));
  assert.equal(world.state("web"), "STOPPING");
  const answer = await server.faultOf("supervisor.signalProcess", "web", "HUP");
  assert.equal(answer, "70 NOT_RUNNING: web");
  assert.deepEqual(results(await server.call("supervisor.signalAllProcesses", "HUP")), []);
  assert.deepEqual(world.signals, ["web SIGTERM"]);
});

test("signalProcess tells why a signal cannot be sent", async () => {
  const { server, world } = runningPrograms();
  world.delivery = { type: "refused", reason: "EPERM" };
  const answer = await server.faultOf("supervisor.signalProcess", "web", "HUP");
  assert.match(answer, /^30 FAILED: .*EPERM/);
});

const signalsToGroup: readonly (readonly [string, ...RpcValue[]])[] = [
  ["signalProcessGroup", "site", "HUP"],
  ["signalProcess", "site:*", "HUP"],
  ["signalAllProcesses", "HUP"],
];

for (const [method, ...params] of signalsToGroup) {
  test(`${method} ${params.join(" ")} reaches what has a pid`, async () => {
    const { server, world } = serverWithPrograms();
    world.run("b");
    world.spawnFailures.set("a", "no");
    world.supervisor.start(world.process("a"));
    const answer = await server.call(`supervisor.${method}`, ...params);
    assert.deepEqual(results(answer), ["site:b 80 OK"]);
    assert.deepEqual(world.signals, ["b SIGHUP"]);
  });
}

test("a bad signal to a group is told of each process", async () => {
  const { server, world } = runningPrograms();
  const answer = await server.call("supervisor.signalAllProcesses", "NOPE");
  assert.deepEqual(results(answer), [
    "site:a 11 BAD_SIGNAL: NOPE",
    "site:b 11 BAD_SIGNAL: NOPE",
    "web:web 11 BAD_SIGNAL: NOPE",
  ]);
  assert.deepEqual(world.signals, []);
});

// Names

const byName: readonly (readonly [string, ...RpcValue[]])[] = [
  ["startProcess"],
  ["stopProcess"],
  ["signalProcess", "HUP"],
  ["getProcessInfo"],
  ["sendProcessStdin", "x"],
];

for (const [method, ...more] of byName) {
  test(`${method} knows whom there is, and says the name as it was given`, async () => {
    const { server } = runningPrograms();
    for (const name of ["nobody", "site", "site:web", "nobody:*", "", ":", "web:web:web", "WEB"]) {
      const answer = await server.faultOf(`supervisor.${method}`, name, ...more);
      assert.equal(answer, `10 BAD_NAME: ${name}`);
    }
  });
}

const byGroup: readonly (readonly [string, ...RpcValue[]])[] = [
  ["startProcessGroup"],
  ["stopProcessGroup"],
  ["signalProcessGroup", "HUP"],
];

for (const [method, ...more] of byGroup) {
  test(`${method} knows which groups there are`, async () => {
    const { server } = runningPrograms();
    for (const name of ["nobody", "site:a", "site:*", ""]) {
      const answer = await server.faultOf(`supervisor.${method}`, name, ...more);
      assert.equal(answer, `10 BAD_NAME: ${name}`);
    }
  });
}

for (const method of ["getProcessInfo", "sendProcessStdin"]) {
  test(`${method} is about one process`, async () => {
    const { server } = runningPrograms();
    const more = method === "sendProcessStdin" ? ["x"] : [];
    for (const name of ["site:*", "site:"]) {
      const answer = await server.faultOf(`supervisor.${method}`, name, ...more);
      assert.equal(answer, `10 BAD_NAME: ${name}`);
    }
  });
}

// Describing

test("getProcessInfo has the members that clients know, in order", async () => {
  const { server, world, clock } = serverWithPrograms();
  server.logPaths.set("a stdout", "/log/a");
  const started = Math.floor(clock.wall() / 1000);
  world.run("a");
  clock.tick(61_500);
  const info = await server.call("supervisor.getProcessInfo", "site:a") as Map<string, unknown>;
  assert.deepEqual([...info], [
    ["name", "a"],
    ["group", "site"],
    ["start", started],
    ["stop", 0],
    ["now", Math.floor((EPOCH_MS + clock.now()) / 1000)],
    ["state", 20],
    ["statename", "RUNNING"],
    ["spawnerr", ""],
    ["exitstatus", 0],
    ["logfile", "/log/a"],
    ["stdout_logfile", "/log/a"],
    ["stderr_logfile", ""],
    ["pid", 101],
    ["description", "pid 101, uptime 0:01:02"],
  ]);
});

test("getProcessInfo of a program that was killed", async () => {
  const { server, world, clock } = runningPrograms();
  clock.tick(5000);
  world.exit("web", killed(9));
  const info = plain(await server.call("supervisor.getProcessInfo", "web"));
  const { statename, state, exitstatus, pid, spawnerr, stop } = info as Record<string, unknown>;
  assert.deepEqual({ statename, state, exitstatus, pid, spawnerr }, {
    statename: "EXITED",
    state: 100,
    exitstatus: -1,
    pid: 0,
    spawnerr: "Bad exit code -1",
  });
  assert.equal(stop, Math.floor(clock.wall() / 1000));
});

test("getAllProcessInfo is sorted by group, then by process", async () => {
  const server = new FakeServer([lone("b"), group("a", [program("z"), program("Y")]), lone("B")]);
  const infos = plain(await server.call("supervisor.getAllProcessInfo")) as Record<
    string,
    string
  >[];
  const names = infos.map(({ group, name }) => `${group}:${name}`);
  assert.deepEqual(names, ["B:B", "a:Y", "a:z", "b:b"]);
});

test("getAllProcessInfo of nothing is nothing", async () => {
  assert.deepEqual(await new FakeServer().call("supervisor.getAllProcessInfo"), []);
});

// stdin

test("sendProcessStdin hands text on as it is", async () => {
  const { server } = runningPrograms();
  assert.equal(await server.call("supervisor.sendProcessStdin", "site:a", "é <&>\t"), true);
  assert.deepEqual(server.deeds, ["stdin a: é <&>\t"]);
});

test("sendProcessStdin needs text, a process that is up, and an open stdin", async () => {
  const { server, world } = runningPrograms();
  const send = (chars: RpcValue) => server.faultOf("supervisor.sendProcessStdin", "web", chars);
  assert.equal(await send(5), "2 INCORRECT_PARAMETERS: 5");
  assert.equal(await send(false), "2 INCORRECT_PARAMETERS: False");
  server.stdinOpen = false;
  assert.equal(await send("x"), "20 NO_FILE: web");
  world.supervisor.stop(world.process("web"));
  assert.equal(await send("x"), "70 NOT_RUNNING: web");
  world.exit("web", code(0));
  assert.equal(await send("x"), "70 NOT_RUNNING: web");
});

// Those that depend on others

/** `web` depends on `api`, and that on `db`; `web` has the lowest priority. */
function dependentPrograms() {
  const quick = { startsecs: 0, autorestart: false } as const;
  const server = new FakeServer([
    lone("web", { ...quick, priority: 1, depends_on: [on("api")] }),
    lone("api", { ...quick, priority: 2, depends_on: [on("db", "ready")] }),
    lone("db", { startsecs: 1, priority: 3 }),
  ]);
  return { server, world: server.world, clock: server.world.clock };
}

test("startProcess waits with a program that waits for what is on its way", async () => {
  const { server, world, clock } = dependentPrograms();
  world.supervisor.start(world.process("db"));
  const answer = server.call("supervisor.startProcess", "api");
  assert.equal(await isAnswered(answer), false);
  clock.tick(1001);
  assert.equal(await bounded("the answer", answer), true);
});

test("startProcess waits as well with a program whose last start failed", async () => {
  const { server, world, clock } = dependentPrograms();
  world.run("db");
  world.spawnFailures.set("api", "no");
  world.supervisor.start(world.process("api"));
  clock.tick(60_000);
  assert.equal(world.state("api"), "FATAL");
  world.spawnFailures.clear();
  world.exit("db", code(1));
  clock.tick(0);
  const answer = server.call("supervisor.startProcess", "api");
  assert.equal(await isAnswered(answer), false);
  clock.tick(1001);
  assert.equal(await bounded("the answer", answer), true);
});

test("startProcess answers where a program waits for what does not come by itself", async () => {
  const { server, world, clock } = dependentPrograms();
  const fault = server.faultOf("supervisor.startProcess", "api");
  assert.equal(await isAnswered(fault), false, "it may be started, too");
  clock.tick(300);
  assert.equal(await bounded("the answer", fault), "40 ABNORMAL_TERMINATION: api");
  world.run("db");
  assert.equal(world.state("api"), "RUNNING", "it went on waiting");
});

test("startProcess succeeds where what is waited for is started a moment later", async () => {
  const { server, clock } = dependentPrograms();
  const web = server.call("supervisor.startProcess", "web");
  const api = server.call("supervisor.startProcess", "api");
  assert.equal(await isAnswered(web), false);
  const db = server.call("supervisor.startProcess", "db");
  assert.equal(await isAnswered(db), false);
  clock.tick(1001);
  assert.equal(clock.pending, 0);
  for (const answer of [db, api, web]) assert.equal(await bounded("the answer", answer), true);
});

test("startProcess answers when what is waited for has failed", async () => {
  const { server, world, clock } = dependentPrograms();
  world.supervisor.start(world.process("db"));
  const answer = server.faultOf("supervisor.startProcess", "api");
  assert.equal(await isAnswered(answer), false);
  clock.tick(300);
  world.supervisor.stop(world.process("db"));
  world.exit("db", killed(15));
  assert.equal(await bounded("the answer", answer), "40 ABNORMAL_TERMINATION: api");
});

test("startProcess without waiting answers at once for a program that waits", async () => {
  const { server, world } = dependentPrograms();
  assert.equal(await server.call("supervisor.startProcess", "api", false), true);
  assert.deepEqual(world.launched, []);
  const info = plain(await server.call("supervisor.getProcessInfo", "api")) as Record<
    string,
    unknown
  >;
  const { statename, pid, start, description } = info;
  assert.deepEqual(
    { statename, pid, start, description },
    { statename: "STOPPED", pid: 0, start: 0, description: "waiting for db, which is STOPPED" },
  );
});

test("startAllProcesses starts what others depend on before them", async () => {
  const { server, world, clock } = dependentPrograms();
  const answer = server.call("supervisor.startAllProcesses");
  await launched(server, 1);
  clock.tick(1001);
  const started = results(await bounded("the answer", answer));
  assert.deepEqual(started, ["db:db 80 OK", "api:api 80 OK", "web:web 80 OK"]);
  assert.deepEqual(world.launched, ["db", "api", "web"]);
  assert.deepEqual(world.lines.filter((line) => line.startsWith("WARN")), []);
});

test("a stop ends the waiting of a program, and of whoever waits for its start", async () => {
  const { server, world } = dependentPrograms();
  world.supervisor.start(world.process("db"));
  const start = server.faultOf("supervisor.startProcess", "api");
  assert.equal(await isAnswered(start), false);
  assert.equal(await server.call("supervisor.stopProcess", "api"), true);
  assert.equal(await bounded("the answer", start), "40 ABNORMAL_TERMINATION: api");
  assert.equal(await server.faultOf("supervisor.stopProcess", "api"), "70 NOT_RUNNING: api");
});

for (const wait of [true, false]) {
  test(`stopAllProcesses stops a program after those that depend on it (wait=${wait})`, async () => {
    const { server, world } = dependentPrograms();
    world.run("db", "api", "web");
    const answer = server.call("supervisor.stopAllProcesses", wait);
    assert.equal(await isAnswered(answer), !wait);
    for (const [index, name] of ["web", "api", "db"].entries()) {
      await signalled(server, index + 1);
      assert.deepEqual(world.signals.slice(index), [`${name} SIGTERM`]);
      world.exit(name, killed(15));
    }
    assert.equal(results(await bounded("the answer", answer)).length, 3);
  });
}

test("stopping a program does not stop those that depend on it", async () => {
  const { server, world } = dependentPrograms();
  world.run("db", "api");
  assert.equal(await server.call("supervisor.stopProcess", "db", false), true);
  world.exit("db", killed(15));
  assert.equal(world.state("api"), "RUNNING");
});

test("whom an operator has stopped is known until somebody wants it to run", async () => {
  const { server, world } = runningPrograms();
  const { commandTrouble } = server;
  const isStopped = () => ["web", "a", "b"].map((name) => world.process(name).stoppedByOperator);
  await server.call("supervisor.stopProcess", "web", false);
  await server.call("supervisor.stopProcess", "site:a", false);
  assert.deepEqual(isStopped(), [true, true, false]);
  world.exit("web", killed(15));
  world.exit("a", killed(15));
  await server.call("supervisor.startProcess", "web", false);
  commandTrouble.set("a", { fault: "NO_FILE", text: "gone" });
  assert.equal(await server.faultOf("supervisor.startProcess", "site:a"), "20 NO_FILE: gone");
  world.exit("b", code(0));
  assert.equal(await server.faultOf("supervisor.stopProcess", "site:b"), "70 NOT_RUNNING: site:b");
  assert.deepEqual(isStopped(), [false, false, false]);
});
