import assert from "node:assert/strict";
import fs from "node:fs";
import {
  childrenOf,
  cpuSeconds,
  type Daemon,
  exchange,
  isAlive,
  type Lab,
  labTests,
  processGroupOf,
  program,
  sessionOf,
  signal,
  sleep,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

/** Starts in the background, as an init script does. @returns The pid in the pidfile. */
async function inBackground(lab: Lab): Promise<number> {
  const { status, stdout, stderr } = await lab.run([VISOR, "daemon", "-c", lab.conf]);
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  const pid = Number(lab.read("daemon.pid"));
  lab.atEnd(() => signal(pid, "SIGKILL"));
  return pid;
}

/** The pids of the daemon's programs, by name. */
async function pidsOf(lab: Lab, ...names: string[]): Promise<number[]> {
  return await Promise.all(names.map(async (name) => (await lab.state(name, "RUNNING")).pid));
}

function assertNothingLeft(lab: Lab, pids: readonly number[]): void {
  assert.deepEqual(pids.filter(isAlive), []);
  const left = fs.readdirSync(lab.dir).filter((name) => /sock|pid/.test(name));
  assert.deepEqual(left, []);
}

test("in the background the command returns when the socket answers and the pidfile is there", async (lab) => {
  lab.config(program("web"));
  const pid = await inBackground(lab);
  assert.equal(lab.read("daemon.pid"), `${pid}\n`);
  assert.equal(await lab.rpc("supervisor.getPID"), pid);
});

test("a background daemon leads a session, has the null device as 0, 1 and 2, and goes to its directory", async (lab) => {
  fs.mkdirSync(lab.path("home"));
  lab.config(
    program("web", "sh -c 'umask; exec sleep 1000'", { stdout_logfile: "{dir}/web.out" }),
    "directory={dir}/home\numask=027",
  );
  const pid = await inBackground(lab);
  assert.equal(sessionOf(pid), pid);
  for (const fd of [0, 1, 2]) {
    assert.equal(fs.readlinkSync(`/proc/${pid}/fd/${fd}`), "/dev/null");
  }
  assert.equal(fs.readlinkSync(`/proc/${pid}/cwd`), lab.path("home"));
  await lab.until(() => lab.read("web.out") === "0027\n", "the child has the daemon's umask");
});

test("a background daemon whose config cannot work says why on the caller's terminal and exits 2", async (lab) => {
  const cases: [string, RegExp][] = [
    ["[supervisord]\nloglevel=loud\n", /loud/],
    ["[program:x]\ncommand=cat\n", /supervisord section/],
    ["[supervisord]\nlogfile={dir}\n", /Cannot open the activity log/],
    [
      "[supervisord]\nlogfile={dir}/x.log\n[unix_http_server]\nfile=/no/such/folder/s.sock\n",
      /such/,
    ],
  ];
  for (const [text, said] of cases) {
    lab.write("bad.conf", text);
    const { status, stdout, stderr } = await lab.visor("daemon", "-c", lab.path("bad.conf"));
    assert.equal(status, 2, stderr);
    assert.match(stderr, said);
    assert.match(stderr, /^Error: [^]*\nFor help, use .*\n$/);
    assert.equal(stdout, "");
  }
});

test("a background daemon that meets another on its socket says so to the caller and exits 2", async (lab) => {
  lab.config(program("web"));
  const first = await inBackground(lab);
  const { status, stderr } = await lab.run([VISOR, "daemon", "-c", lab.conf]);
  assert.equal(status, 2);
  assert.match(stderr, /Another program is already listening/);
  assert.equal(lab.read("daemon.pid"), `${first}\n`);
});

for (const name of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  test(`${name} ends the daemon with status 0, and leaves no child, pidfile or socket`, async (lab) => {
    lab.config(program("a") + program("b", "sh -c 'sleep 1000 & wait'", { stopasgroup: "true" }));
    const daemon = await lab.daemon();
    const [a, b] = await pidsOf(lab, "a", "b");
    const grandchild = await lab.until(() => childrenOf(b!)[0], "a grandchild");
    daemon.kill(name);
    assert.equal(await daemon.end(), 0);
    assertNothingLeft(lab, [a!, b!, grandchild]);
    assert.deepEqual(lab.logged(/exit request/), [`WARN received ${name} indicating exit request`]);
  });
}

test("SIGTERM ends a background daemon too, with everything it had", async (lab) => {
  lab.config(program("a"));
  const pid = await inBackground(lab);
  const [a] = await pidsOf(lab, "a");
  signal(pid, "SIGTERM");
  await lab.until(() => !isAlive(pid), "the daemon is gone");
  assertNothingLeft(lab, [a!]);
});

test("SIGHUP restarts in place: same pid, new config, stopped programs started again", async (lab) => {
  lab.config(program("stays") + program("goes") + program("stopped"));
  const daemon = await lab.daemon();
  const before = await pidsOf(lab, "stays", "goes", "stopped");
  await lab.ctl("stop", "stopped");
  lab.config(program("stays") + program("stopped") + program("comes"), "identifier=second");
  daemon.kill("SIGHUP");
  await lab.until(
    async () => await lab.rpc("supervisor.getIdentification") === "second",
    "new life",
  );
  const after = await pidsOf(lab, "stays", "stopped", "comes");
  assert.equal(await lab.rpc("supervisor.getPID"), daemon.pid);
  assert.equal(lab.read("daemon.pid"), `${daemon.pid}\n`);
  assert.deepEqual(before.filter(isAlive), []);
  assert.deepEqual(childrenOf(daemon.pid).toSorted(), after.toSorted());
});

test("SIGHUP with a broken config stops nothing and says why in the log", async (lab) => {
  lab.config(program("a"));
  const daemon = await lab.daemon();
  const [before] = await pidsOf(lab, "a");
  lab.config(program("a", "cat", { startsecs: "soon" }));
  daemon.kill("SIGHUP");
  await lab.until(() => lab.logged(/CRIT not restarting: .*'soon'/).length > 0, "it is told");
  assert.deepEqual(await pidsOf(lab, "a"), [before]);
  const reload = await lab.ctl("reload");
  assert.equal(reload.status, 1);
  assert.match(reload.stdout, /CANT_REREAD: .*'soon'/);
  assert.ok(isAlive(before!));
});

test("a restart in place leaves no descriptor open from the life before", async (lab) => {
  lab.config(program("a") + program("b", "cat"));
  const daemon = await lab.daemon();
  const count = () => fs.readdirSync(`/proc/${daemon.pid}/fd`).length;
  const counts: number[] = [];
  for (let life = 0; life < 4; life++) {
    await pidsOf(lab, "a", "b");
    counts.push(count());
    const lives = lab.logged(/supervisord started/).length;
    daemon.kill("SIGHUP");
    await lab.until(() => lab.logged(/supervisord started/).length > lives, "the next life");
  }
  await pidsOf(lab, "a", "b");
  assert.ok(count() <= counts[1]! + 1, `${counts} then ${count()}`);
});

test("SIGUSR2 reopens the activity log and the logs of programs after a rename", async (lab) => {
  lab.config(program("cat", "cat", { stdout_logfile: "{dir}/cat.log" }));
  const daemon = await lab.daemon();
  await pidsOf(lab, "cat");
  await lab.rpc("supervisor.sendProcessStdin", "cat", "old\n");
  await lab.until(() => lab.read("cat.log") === "old\n", "output");
  fs.renameSync(lab.path("cat.log"), lab.path("cat.1"));
  fs.renameSync(lab.path("daemon.log"), lab.path("daemon.1"));
  daemon.kill("SIGUSR2");
  await lab.until(() => fs.existsSync(lab.path("cat.log")), "the new log");
  await lab.rpc("supervisor.sendProcessStdin", "cat", "new\n");
  await lab.until(() => lab.read("cat.log") === "new\n", "output in the new log");
  assert.equal(lab.read("cat.1"), "old\n");
  assert.match(lab.read("daemon.1"), /supervisord logreopen\n$/);
  assert.equal(lab.log(), "");
});

test("a second SIGTERM kills what does not want to end", async (lab) => {
  lab.config(program("stubborn", `sh -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done'`, {
    stopwaitsecs: 60,
    stdout_logfile: "{dir}/out",
  }));
  const daemon = await lab.daemon();
  const pids = await pidsOf(lab, "stubborn");
  await lab.until(() => lab.read("out") === "ready\n", "its trap is set");
  daemon.kill();
  await lab.until(
    () => lab.logged(/waiting for stubborn to die/).length > 0,
    "it is being stopped",
  );
  daemon.kill(); // as from a terminal and from a shell at once: one request
  await sleep(1200);
  assert.ok(isAlive(pids[0]!));
  daemon.kill();
  assert.equal(await Promise.race([daemon.end(), sleep(3000)]), 0);
  assertNothingLeft(lab, pids);
});

test("SIGHUP during a shutdown is ignored, SIGTERM during a restart makes it a shutdown", async (lab) => {
  const slow = program(
    "slow",
    `sh -c 'trap "sleep 1; exit" TERM; echo ready; while :; do sleep 0.1; done'`,
    {
      stdout_logfile: "{dir}/out",
    },
  );
  const stopping = async (first: NodeJS.Signals, then: NodeJS.Signals): Promise<Daemon> => {
    lab.config(slow);
    fs.rmSync(lab.path("out"), { force: true });
    const daemon = await lab.daemon();
    await lab.until(() => lab.read("out") === "ready\n", "its trap is set");
    daemon.kill(first);
    await lab.until(() => lab.logged(/waiting for slow to die/).length > 0, "it is being stopped");
    daemon.kill(then);
    return daemon;
  };
  assert.equal(await (await stopping("SIGTERM", "SIGHUP")).end(), 0);
  assert.deepEqual(lab.logged(/HUP/), [
    "WARN ignored SIGHUP indicating restart request (shutdown in progress)",
  ]);
  fs.rmSync(lab.path("daemon.log"));
  assert.equal(await (await stopping("SIGHUP", "SIGTERM")).end(), 0);
});

test("a second daemon on the same config is refused and touches nothing of the first", async (lab) => {
  lab.config(program("web", "sh -c 'echo hello; exec sleep 1000'"));
  const daemon = await lab.daemon();
  const { stdout_logfile, pid } = await lab.state("web", "RUNNING");
  await lab.until(() => fs.readFileSync(stdout_logfile, "utf8") === "hello\n", "its AUTO log");
  const files = () => fs.readdirSync(lab.dir).filter((name) => name !== "daemon.out").toSorted();
  const before = files();
  const socket = fs.statSync(lab.socket).ino;
  const second = await lab.visor("daemon", "-n", "-c", lab.conf);
  assert.equal(second.status, 2);
  assert.match(
    second.stderr,
    /Another program is already listening .* \(\[unix_http_server\] \/.*s\.sock, held by pid \d+\)/,
  );
  assert.deepEqual(files(), before);
  assert.equal(fs.statSync(lab.socket).ino, socket);
  assert.equal(fs.readFileSync(stdout_logfile, "utf8"), "hello\n");
  assert.equal((await lab.info("web")).pid, pid);
  assert.equal(lab.read("daemon.pid"), `${daemon.pid}\n`);
});

test("of two daemons started at the same moment one runs and the other is refused", async (lab) => {
  lab.config(program("web"));
  const daemons = await Promise.all([1, 2].map(() => lab.daemon([], { impatient: true })));
  const loser = await Promise.race(
    daemons.map(async (each) => ({ each, status: await each.end() })),
  );
  assert.equal(loser.status, 2);
  const winner = daemons.find((each) => each !== loser.each)!;
  await lab.until(
    async () => await lab.rpc("supervisor.getPID") === winner.pid,
    "the other answers",
  );
  assert.equal(lab.read("daemon.pid"), `${winner.pid}\n`);
});

test("after a daemon was killed the next one replaces its socket, pidfile and AUTO logs", async (lab) => {
  lab.config(program("web", "sh -c 'echo hello; exec sleep 1000'"));
  const killed = await lab.daemon();
  const { stdout_logfile } = await lab.state("web", "RUNNING");
  killed.kill("SIGKILL");
  assert.equal(await killed.end(), "SIGKILL");
  assert.ok(fs.existsSync(lab.socket));
  const daemon = await lab.daemon();
  assert.match(lab.read("daemon.out"), /Unlinking stale socket .*s\.sock/);
  assert.equal(lab.read("daemon.pid"), `${daemon.pid}\n`);
  assert.ok(!fs.existsSync(stdout_logfile));
  assert.deepEqual(fs.readdirSync(lab.dir).filter((name) => /sock/.test(name)), ["s.sock"]);
});

test("the log lines of a start and an end are those of Supervisor, in its order", async (lab) => {
  lab.config(program("web"), "", "username=me\npassword=secret\n");
  const daemon = await lab.daemon([], { impatient: true });
  await lab.until(() => lab.logged(/RUNNING/).length > 0, "it runs");
  daemon.kill();
  await daemon.end();
  const lines = lab.logged(/./).map((line) => line.replace(/\d+/g, "N"));
  assert.deepEqual(lines, [
    "INFO Set uid to user N succeeded",
    "INFO RPC interface 'supervisor' initialized",
    "INFO supervisord started with pid N",
    "INFO spawned: 'web' with pid N",
    "INFO success: web entered RUNNING state, process has stayed up for > than N seconds (startsecs)",
    "WARN received SIGTERM indicating exit request",
    "INFO waiting for web to die",
    "WARN stopped: web (terminated by SIGTERM)",
  ]);
});

test("in the foreground the log is repeated on stdout, and with -s it is not", async (lab) => {
  lab.config();
  for (const [args, repeated] of [[[], true], [["-s"], false]] as const) {
    fs.rmSync(lab.path("daemon.out"), { force: true });
    const daemon = await lab.daemon(args);
    daemon.kill();
    await daemon.end();
    assert.equal(lab.read("daemon.out").includes("supervisord started"), repeated);
    assert.match(lab.log(), /supervisord started/);
  }
});

test("a closed stdin, stdout or stderr does not matter, and no child inherits the gap", async (lab) => {
  lab.config(program("web", "sh -c 'echo out; echo err >&2; exec sleep 1000'", {
    stdout_logfile: "{dir}/out",
    stderr_logfile: "{dir}/err",
  }));
  await lab.daemon([], {
    command: ["sh", "-c", `exec '${VISOR}' daemon -n -c '${lab.conf}' <&- >&- 2>&-`],
  });
  await lab.until(() => lab.read("out") === "out\n" && lab.read("err") === "err\n", "output");
});

test("a daemon whose stdout reader goes away goes on", async (lab) => {
  lab.config(program("web", "sh -c 'while :; do echo tick; sleep 0.05; done'", {
    stdout_logfile: "/dev/stdout",
    stdout_logfile_maxbytes: 0,
  }));
  lab.start(["sh", "-c", `'${VISOR}' daemon -n -c '${lab.conf}' | head -n 3 >/dev/null`]);
  await lab.until(async () => await lab.rpc("supervisor.getPID"), "it answers");
  const pid = await lab.rpc("supervisor.getPID") as number;
  await sleep(500);
  await lab.rpc("supervisor.clearLog");
  assert.equal((await lab.info("web")).statename, "RUNNING");
  assert.ok(isAlive(pid));
});

test("an empty environment is enough, and children get nothing but Supervisor's variables", async (lab) => {
  lab.config(program("web", "/bin/sh -c '/usr/bin/env > {dir}/env; exec /bin/sleep 1000'"));
  const command = ["env", "-i", VISOR, "daemon", "-n", "-c", lab.conf];
  const daemon = await lab.daemon([], { command });
  const env = await lab.until(() => lab.read("env"), "the child's environment");
  daemon.kill();
  await daemon.end();
  const names = env.trim().split("\n").map((line) => line.split("=")[0]!);
  assert.deepEqual(
    names.filter((name) => !["PWD", "_", "SHLVL", "OLDPWD"].includes(name)).toSorted(),
    [
      "SUPERVISOR_ENABLED",
      "SUPERVISOR_GROUP_NAME",
      "SUPERVISOR_PROCESS_NAME",
      "SUPERVISOR_SERVER_URL",
    ],
  );
});

test("a background daemon hands its own environment on, without visor's mark in it", async (lab) => {
  lab.config(program("web", "sh -c 'env > {dir}/env; exec sleep 1000'"));
  await lab.run([VISOR, "daemon", "-c", lab.conf], { env: { TOKEN: "a=b %s ü" } });
  const env = await lab.until(() => lab.read("env"), "the child's environment");
  assert.match(env, /^TOKEN=a=b %s ü$/m);
  assert.doesNotMatch(env, /VISOR_DETACHED/);
});

test("an idle daemon uses no processor time", async (lab) => {
  lab.config(program("a") + program("b", "cat"));
  const daemon = await lab.daemon();
  await pidsOf(lab, "a", "b");
  await sleep(500);
  const before = cpuSeconds(daemon.pid);
  await sleep(2000);
  assert.ok(cpuSeconds(daemon.pid) - before <= 0.03, `${cpuSeconds(daemon.pid) - before} s`);
});

test("the control socket answers while programs are being stopped, with SHUTDOWN_STATE", async (lab) => {
  lab.config(
    program("slow", `sh -c 'trap "sleep 1; exit" TERM; echo ready; while :; do sleep 0.1; done'`, {
      stdout_logfile: "{dir}/out",
    }),
  );
  const daemon = await lab.daemon();
  await lab.until(() => lab.read("out") === "ready\n", "its trap is set");
  daemon.kill();
  await lab.until(() => lab.logged(/waiting for slow/).length > 0, "it stops");
  await assert.rejects(lab.rpc("supervisor.getState"), /SHUTDOWN_STATE/);
  assert.match(
    await exchange({ path: lab.socket }, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n", 300),
    /404/,
  );
  assert.equal(await daemon.end(), 0);
});

test("programs are children of the daemon's session, each the leader of its own process group", async (lab) => {
  lab.config(program("a") + program("b"));
  const daemon = await lab.daemon();
  for (const pid of await pidsOf(lab, "a", "b")) {
    assert.equal(processGroupOf(pid), pid);
    assert.equal(sessionOf(pid), sessionOf(daemon.pid));
  }
});
