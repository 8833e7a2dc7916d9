/** The end of everything: in order, together where it may be, and within a time. */
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import {
  childrenOf,
  type Daemon,
  freePort,
  isAlive,
  type Lab,
  labTests,
  processGroupOf,
  program,
  section,
  signal,
  sleep,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

/** Says `NAME up`, then what it is asked, and ends after a while. All write to one file. */
const slowly = (name: string, seconds: number | string) =>
  `sh -c 'trap "echo ${name} asked; sleep ${seconds}; echo ${name} ends; exit" TERM; echo ${name} up; ` +
  `while :; do sleep 0.05; done'`;

/** Ignores what it is asked. */
const STUBBORN =
  `sh -c 'trap "" TERM INT QUIT HUP; echo stubborn up; while :; do sleep 0.05; done'`;

const SHARED = { stdout_logfile: "{dir}/out", stdout_logfile_maxbytes: 0 };

/** Starts a daemon whose programs say `up` in the shared file, and waits for that. */
async function upIn(lab: Lab, count: number): Promise<Daemon> {
  const daemon = await lab.daemon();
  await lab.until(() => lines(lab).filter((line) => line.endsWith(" up")).length === count, "up");
  return daemon;
}

function lines(lab: Lab): string[] {
  return lab.read("out").trim().split("\n");
}

/** Pids of those that said that they listen, in whole lines. */
function listeners(lab: Lab): number[] {
  return [...lab.read("out").matchAll(/^listens (\d+)\n/gm)].map(([, pid]) => Number(pid));
}

function said(lab: Lab, word: string): string[] {
  return lines(lab).filter((line) => line.endsWith(` ${word}`)).map((line) => line.split(" ")[0]!);
}

async function secondsOf(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return (performance.now() - start) / 1000;
}

test("forty programs that take a second or two to end do so together", async (lab) => {
  const all = Array.from({ length: 40 }, (_, i) => `p${i}`);
  lab.config(all.map((name, i) => program(name, slowly(name, 1 + i % 2), SHARED)).join(""));
  const daemon = await upIn(lab, 40);
  const seconds = await secondsOf(async () => {
    daemon.kill();
    assert.equal(await daemon.end(), 0);
  });
  assert.deepEqual(said(lab, "ends").toSorted(), all.toSorted());
  assert.ok(seconds >= 1.9 && seconds < 12, `${seconds} s; one after the other it would be 60`);
  assert.ok(lab.logged(/waiting for/).length < 7, "the log names them every three seconds");
});

test("stop all, a group's name and ctl shutdown ask all before they wait for any", async (lab) => {
  const all = ["a", "b", "c", "d", "e", "f"];
  lab.config(
    all.map((name) => program(name, slowly(name, 1), SHARED)).join("") +
      section("group:site", { programs: "a,b,c" }),
  );
  const daemon = await upIn(lab, 6);
  await lab.ctl("stop", "site:*");
  await lab.ctl("stop", "all");
  const words = lines(lab).map((line) => line.split(" ")[1]!).filter((word) => word !== "up");
  const together = ["asked", "asked", "asked", "ends", "ends", "ends"];
  assert.deepEqual(words, [...together, ...together]);
  const { status, stdout } = await lab.ctl("shutdown");
  assert.deepEqual([status, stdout], [0, "Shut down\n"]);
  assert.equal(await daemon.end(), 0);
});

test("a lower priority is asked when the higher one has ended, groups as a whole", async (lab) => {
  const named = (name: string, priority: number) =>
    program(name, slowly(name, 0.2), { ...SHARED, priority });
  lab.config(
    named("first", 10) + named("last", 30) + named("also", 30) + named("low", 1) +
      named("high", 900) + section("group:site", { programs: "low,high", priority: 20 }),
  );
  const daemon = await upIn(lab, 5);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  const order = lines(lab).filter((line) => !line.endsWith(" up"));
  const phase = (from: number, to: number) => order.slice(from, to).toSorted();
  assert.deepEqual(phase(0, 2), ["also asked", "last asked"]);
  assert.deepEqual(phase(2, 4), ["also ends", "last ends"]);
  assert.deepEqual(phase(4, 6), ["high asked", "low asked"]);
  assert.deepEqual(phase(6, 8), ["high ends", "low ends"]);
  assert.deepEqual(order.slice(8), ["first asked", "first ends"]);
});

test("what ignores its stop signal is killed after its own stopwaitsecs, and the rest goes on", async (lab) => {
  lab.config(
    program("stubborn", STUBBORN, { ...SHARED, priority: 2, stopwaitsecs: 1 }) +
      program("polite", slowly("polite", 0), { ...SHARED, priority: 1 }),
  );
  const daemon = await upIn(lab, 2);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.equal(lab.logged(/^WARN killing 'stubborn' \(\d+\) with SIGKILL$/).length, 1);
  assert.deepEqual(said(lab, "ends"), ["polite"]);
});

/** Its leader ends when it is asked; what it started does not. */
const LEFT_BEHIND =
  `sh -c 'sh -c "trap \\"\\" TERM; echo child up; while :; do sleep 0.05; done" & trap exit TERM; wait; wait'`;

for (const option of ["killasgroup", "stopasgroup"]) {
  test(`${option}: a group whose leader has ended is killed after stopwaitsecs, until it is empty`, async (lab) => {
    lab.config(program("web", LEFT_BEHIND, { ...SHARED, [option]: "true", stopwaitsecs: 1 }));
    const daemon = await upIn(lab, 1);
    const { pid } = await lab.info("web");
    const child = await lab.until(() => childrenOf(pid)[0], "a child");
    assert.equal(processGroupOf(child), pid);
    daemon.kill();
    await lab.until(() => !isAlive(pid), "the leader has ended");
    assert.ok(isAlive(child));
    assert.equal(await daemon.end(), 0);
    assert.ok(!isAlive(child));
  });
}

test("a second SIGTERM kills a group whose leader has ended, and what was not asked yet", async (lab) => {
  lab.config(
    program("web", LEFT_BEHIND, { ...SHARED, killasgroup: "true", stopwaitsecs: 3600 }) +
      program("later", STUBBORN, { ...SHARED, priority: 1, stopwaitsecs: 3600 }),
  );
  const daemon = await upIn(lab, 2);
  const [web, later] = [(await lab.info("web")).pid, (await lab.info("later")).pid];
  const child = await lab.until(() => childrenOf(web)[0], "a child");
  daemon.kill();
  await lab.until(() => !isAlive(web), "the leader has ended");
  await sleep(1100); // one that comes at once is the same request
  assert.deepEqual([child, later].filter(isAlive), [child, later]);
  daemon.kill("SIGINT");
  assert.equal(await daemon.end(), 0);
  assert.deepEqual([child, later].filter(isAlive), []);
});

test("a shutdown finds programs in every state, starts none of them and ends at once", async (lab) => {
  lab.config(
    program("starting", "sleep 1000", { startsecs: 3600 }) +
      program("backoff", "false", { startsecs: 1, startretries: 100, priority: 1 }) +
      program("fatal", "{dir}/missing", { startsecs: 1, startretries: 0 }) +
      program("exited", "true", { autorestart: "false" }) +
      program("restarting", "false", { autorestart: "true", priority: 1 }) +
      program("stopping", slowly("stopping", 2), SHARED) +
      program("never", "sleep 1000", { autostart: "false" }),
  );
  const daemon = await upIn(lab, 1);
  await lab.state("backoff", "BACKOFF");
  await lab.state("fatal", "FATAL");
  await lab.until(() => lab.logged(/spawned: 'restarting'/).length > 5, "it waits for its turn");
  await lab.rpc("supervisor.stopProcess", "stopping", false);
  const seconds = await secondsOf(async () => {
    daemon.kill();
    assert.equal(await daemon.end(), 0);
  });
  assert.ok(seconds < 8, `${seconds} s`);
  const log = lab.log();
  const after = log.slice(log.indexOf("exit request"));
  assert.doesNotMatch(after, /spawned/);
  assert.match(after, /stopped: starting \(terminated by SIGTERM\)/);
  assert.deepEqual(said(lab, "asked"), ["stopping"]);
});

test("while it shuts down ctl is told so, and nothing makes a restart of it", async (lab) => {
  lab.config(program("slow", slowly("slow", 2), SHARED));
  const daemon = await upIn(lab, 1);
  assert.equal((await lab.ctl("shutdown")).stdout, "Shut down\n");
  const again = await lab.ctl("shutdown");
  assert.deepEqual([again.status, again.stdout], [0, "ERROR: already shutting down\n"]);
  const reload = await lab.ctl("reload");
  assert.deepEqual([reload.status, reload.stdout], [1, "ERROR: already shutting down\n"]);
  daemon.kill("SIGHUP");
  assert.equal(await daemon.end(), 0);
  assert.equal(lab.logged(/spawned/).length, 1);
});

test("a SIGTERM during a reload ends the daemon, and its programs are started no second time", async (lab) => {
  lab.config(program("slow", slowly("slow", 1), SHARED));
  const daemon = await upIn(lab, 1);
  const reload = await lab.ctl("reload");
  assert.deepEqual([reload.status, reload.stdout], [0, "Restarted supervisord\n"]);
  for (const name of ["SIGHUP", "SIGHUP", "SIGTERM", "SIGHUP"] as const) daemon.kill(name);
  assert.equal(await daemon.end(), 0);
  assert.equal(lab.logged(/spawned/).length, 1);
});

test("a config that is broken while a reload waits for programs does not end the daemon", async (lab) => {
  lab.config(program("slow", slowly("slow", 1), SHARED), "identifier=before");
  const daemon = await upIn(lab, 1);
  await lab.ctl("reload");
  await lab.until(() => said(lab, "asked").length > 0, "it is being stopped");
  lab.config(program("slow", "cat", { startsecs: "soon" }));
  await lab.until(() => said(lab, "up").length === 2, "it is up again");
  assert.equal(lab.logged(/^WARN restarting with what was read before: .*'soon'/).length, 1);
  assert.equal(await lab.rpc("supervisor.getIdentification"), "before");
  daemon.kill();
  assert.equal(await daemon.end(), 0);
});

/** Listens in a child of the process that is asked to stop. */
const SERVER = `
import os, signal, socket, sys, time
if os.fork():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True: time.sleep(60)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])), reuse_port=False)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
print("listens", os.getpid(), flush=True)
time.sleep(1000)
`;

test("a restart finds the port free that a grandchild held, with stopasgroup", async (lab) => {
  const port = await freePort();
  lab.write("server.py", SERVER);
  lab.config(
    program("web", `python3 {dir}/server.py ${port}`, { ...SHARED, stopasgroup: "true" }),
  );
  await lab.daemon();
  for (let round = 1; round <= 3; round++) {
    await lab.until(() => listeners(lab).length === round, "it listens");
    const { status } = await lab.ctl("restart", "web");
    assert.equal(status, 0);
  }
  await lab.until(() => listeners(lab).length === 4, "it listens");
  const listening = listeners(lab);
  assert.deepEqual(listening.filter(isAlive), listening.slice(-1));
  assert.doesNotMatch(lab.read("out"), /in use/);
});

test("clients that hold a connection, a stream or half a request keep no shutdown up", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  const sends = [
    "",
    "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<",
    "GET /mainlogtail HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /log",
  ];
  for (const text of sends) {
    const client = net.connect(lab.socket, () => client.write(text));
    client.on("error", () => {});
    lab.atEnd(() => client.destroy());
  }
  await lab.until(() => lab.rpc("supervisor.getState"), "an answer after them");
  const seconds = await secondsOf(async () => {
    daemon.kill();
    assert.equal(await daemon.end(), 0);
  });
  assert.ok(seconds < 3, `${seconds} s`);
});

test("a stdout that nobody reads keeps no shutdown up", async (lab) => {
  lab.config(
    program("loud", "yes", { stdout_logfile: "/dev/stdout", stdout_logfile_maxbytes: 0 }),
  );
  lab.write(
    "hold.py",
    "import subprocess, sys\nsys.exit(subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE).wait())\n",
  );
  const holder = await lab.daemon([], {
    command: ["python3", lab.path("hold.py"), VISOR, "daemon", "-n", "-c", lab.conf],
    impatient: true,
  });
  await lab.until(
    () => lab.logged(/cannot write .dev.stdout: its reader is too slow/).length > 0,
    "it is full",
  );
  signal(await lab.rpc("supervisor.getPID") as number, "SIGTERM");
  assert.equal(await holder.end(), 0);
  assert.ok(!fs.existsSync(lab.socket));
});
