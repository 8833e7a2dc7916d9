import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer, plain } from "../../../tests/support/fake_server.ts";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";

const answers: readonly (readonly [string, unknown])[] = [
  ["getAPIVersion", "3.0"],
  ["getVersion", "3.0"],
  ["getSupervisorVersion", "4.3.0"],
  ["getIdentification", "lab"],
  ["getState", { statecode: 1, statename: "RUNNING" }],
  ["getPID", 4711],
];

for (const [method, answer] of answers) {
  test(`${method} says ${JSON.stringify(answer)}`, async () => {
    assert.deepEqual(plain(await new FakeServer().call(`supervisor.${method}`)), answer);
  });
}

for (const method of ["shutdown", "restart"]) {
  test(`${method} answers at once and is asked of the daemon`, async () => {
    const server = new FakeServer();
    assert.equal(await server.call(`supervisor.${method}`), true);
    assert.deepEqual(server.deeds, [method]);
  });
}

test("reloadConfig tells what changed, nested one deeper than it need be", async () => {
  const server = new FakeServer();
  server.changes = { added: ["b", "a"], changed: [], removed: ["c"] };
  assert.deepEqual(plain(await server.call("supervisor.reloadConfig")), [[["b", "a"], [], ["c"]]]);
});

test("reloadConfig tells why the file cannot be read", async () => {
  const server = new FakeServer();
  server.changes = new Error("/etc/x.conf:3: no = in it");
  const answer = await server.faultOf("supervisor.reloadConfig");
  assert.equal(answer, "92 CANT_REREAD: /etc/x.conf:3: no = in it");
});

test("sendRemoteCommEvent hands type and data on", async () => {
  const server = new FakeServer();
  assert.equal(await server.call("supervisor.sendRemoteCommEvent", "téléphone", "ring\n"), true);
  assert.deepEqual(server.deeds, ["event téléphone: ring\n"]);
});

test("sendRemoteCommEvent makes text of what is none", async () => {
  const server = new FakeServer();
  assert.equal(await server.call("supervisor.sendRemoteCommEvent", true, 5), true);
  assert.deepEqual(server.deeds, ["event True: 5"]);
});

// Groups

test("addProcessGroup brings a group of the last read config to life, and autostarts it", async () => {
  const server = new FakeServer();
  const site = group("site", [
    program("b", { priority: 2 }),
    program("a", { priority: 1 }),
    program("c", { autostart: false }),
  ]);
  server.config = { ...server.config, groups: [site] };
  assert.equal(await server.call("supervisor.addProcessGroup", "site"), true);
  assert.deepEqual(server.world.launched, ["a", "b"]);
  assert.deepEqual(server.world.memberships, ["added site"]);
});

test("addProcessGroup knows what is there and what is nowhere", async () => {
  const server = new FakeServer([lone("web")]);
  assert.equal(await server.faultOf("supervisor.addProcessGroup", "web"), "90 ALREADY_ADDED: web");
  assert.equal(await server.faultOf("supervisor.addProcessGroup", "x"), "10 BAD_NAME: x");
  server.config = { ...server.config, groups: [] };
  assert.equal(await server.faultOf("supervisor.addProcessGroup", "web"), "90 ALREADY_ADDED: web");
});

test("removeProcessGroup removes what is down, and nothing else", async () => {
  const server = new FakeServer([lone("web")]);
  const { world } = server;
  world.run("web");
  const remove = () => server.faultOf("supervisor.removeProcessGroup", "web");
  assert.equal(await remove(), "91 STILL_RUNNING: web");
  world.supervisor.stop(world.process("web"));
  assert.equal(await remove(), "91 STILL_RUNNING: web");
  world.exit("web", code(0));
  assert.equal(await remove(), "no fault, but true");
  assert.equal(await remove(), "10 BAD_NAME: web");
  assert.deepEqual(world.memberships, ["added web", "removed web"]);
});

test("a group that was removed can be added again, and is autostarted", async () => {
  const server = new FakeServer([lone("web")]);
  await server.call("supervisor.removeProcessGroup", "web");
  assert.equal(await server.call("supervisor.addProcessGroup", "web"), true);
  assert.deepEqual(server.world.launched, ["web"]);
});

// getAllConfigInfo

test("getAllConfigInfo has the members that clients know, in order", async () => {
  const server = new FakeServer([group("site", [
    program("web", {
      command: "/bin/web -x",
      priority: 5,
      autorestart: true,
      exitcodes: [0, 2],
      stdout_logfile: { type: "file", path: "/log/web" },
      stderr_logfile: { type: "none" },
      stdout_logfile_maxbytes: 5_000_000_000,
      directory: "/srv",
      user: { written: "www", id: 33 },
      serverurl: "http://x:1",
    }),
  ], 7)]);
  const [info] = await server.call("supervisor.getAllConfigInfo") as [ReadonlyMap<string, unknown>];
  assert.deepEqual([...info], [
    ["autostart", true],
    ["autorestart", true],
    ["directory", "/srv"],
    ["uid", 33],
    ["command", "/bin/web -x"],
    ["exitcodes", [0, 2]],
    ["group", "site"],
    ["group_prio", 7],
    ["inuse", true],
    ["killasgroup", false],
    ["name", "web"],
    ["process_prio", 5],
    ["redirect_stderr", false],
    ["startretries", 3],
    ["startsecs", 1],
    ["stdout_capture_maxbytes", 0],
    ["stdout_events_enabled", false],
    ["stdout_logfile", "/log/web"],
    ["stdout_logfile_backups", 10],
    ["stdout_logfile_maxbytes", 2_147_483_647],
    ["stdout_syslog", false],
    ["stopsignal", 15],
    ["stopwaitsecs", 10],
    ["stderr_capture_maxbytes", 0],
    ["stderr_events_enabled", false],
    ["stderr_logfile", "none"],
    ["stderr_logfile_backups", 10],
    ["stderr_logfile_maxbytes", 52_428_800],
    ["stderr_syslog", false],
    ["serverurl", "http://x:1"],
  ]);
});

test("getAllConfigInfo says none and auto where nothing is set", async () => {
  const server = new FakeServer();
  server.config = { ...server.config, groups: [lone("web", { autorestart: "unexpected" })] };
  const [info] = plain(await server.call("supervisor.getAllConfigInfo")) as [
    Record<string, unknown>,
  ];
  const { directory, uid, serverurl, stdout_logfile, autorestart, inuse } = info;
  assert.deepEqual([directory, uid, serverurl], ["none", "none", "none"]);
  assert.deepEqual([stdout_logfile, autorestart, inuse], ["auto", "unexpected", false]);
});

test("getAllConfigInfo shows the AUTO log of an active process", async () => {
  const server = new FakeServer([lone("web")]);
  server.logPaths.set("web stdout", "/tmp/web-stdout---lab-12345678.log");
  const [info] = plain(await server.call("supervisor.getAllConfigInfo")) as [
    Record<string, unknown>,
  ];
  assert.equal(info["stdout_logfile"], "/tmp/web-stdout---lab-12345678.log");
  assert.equal(info["stderr_logfile"], "auto");
});

test("getAllConfigInfo is sorted by process, and read from the last config", async () => {
  const server = new FakeServer([lone("gone")]);
  const groups = [group("a", [program("z"), program("m")]), lone("B"), lone("b")];
  server.config = { ...server.config, groups };
  const infos = plain(await server.call("supervisor.getAllConfigInfo")) as { name: string }[];
  assert.deepEqual(infos.map(({ name }) => name), ["B", "b", "m", "z"]);
});
