import assert from "node:assert/strict";
import fs from "node:fs";
import {
  childrenOf,
  cpuSeconds,
  descriptorsOf,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  parentOf,
  processGroupOf,
  procStatus,
  program,
  section,
  signal,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

const STUBBORN = `sh -c 'trap "" TERM; echo ready; while :; do sleep 0.05; done'`;

async function pidOf(lab: Lab, name: string): Promise<number> {
  return (await lab.state(name, "RUNNING")).pid;
}

/** Waits until each log has said that its program is ready. */
async function ready(lab: Lab, ...logs: string[]): Promise<void> {
  for (const log of logs) {
    await lab.until(() => lab.read(log).includes("ready\n"), `${log} says ready`);
  }
}

/** The most processor time that the daemon may use while it has nothing to do, in seconds. */
const IDLE_SECONDS = 0.05;

async function assertIdle(pid: number, ms = 1500): Promise<void> {
  const before = cpuSeconds(pid);
  await sleep(ms);
  const used = cpuSeconds(pid) - before;
  assert.ok(used <= IDLE_SECONDS, `used ${used} s of processor time in ${ms} ms`);
}

test("a program that crashes is running again within 200 ms", async (lab) => {
  lab.config(program("web", "sleep 1000", { autorestart: "true" }));
  await lab.daemon();
  const took: number[] = [];
  for (let crash = 0; crash < 3; crash++) {
    const pid = await pidOf(lab, "web");
    const start = performance.now();
    signal(pid, "SIGKILL");
    await lab.until(async () => ![0, pid].includes((await lab.info("web")).pid), "it is back");
    took.push(performance.now() - start);
  }
  assert.ok(Math.min(...took) < 200, `${took} ms`);
  assert.deepEqual(lab.logged(/exited/).slice(0, 1), [
    "WARN exited: web (terminated by SIGKILL; not expected)",
  ]);
});

test("a program that keeps dying gets five starts at once and then one a second", async (lab) => {
  lab.config(program("loop", "sh -c 'echo x >> {dir}/starts; exit 1'", { autorestart: "true" }));
  const daemon = await lab.daemon();
  await sleep(3300);
  const starts = lab.read("starts").length / 2;
  assert.ok(starts >= 7 && starts <= 10, `${starts} starts in 3.3 s`);
  await lab.ctl("stop", "loop");
  const stopped = lab.read("starts").length;
  await sleep(1300);
  assert.equal(lab.read("starts").length, stopped);
  assert.deepEqual(childrenOf(daemon.pid), []);
});

test("a program finds its three standard descriptors, pipes all of them, and no other", async (lab) => {
  lab.config(
    program("two", "sleep 1000") + program("one", "sleep 1000", { redirect_stderr: "true" }),
  );
  // The daemon's own caller left a descriptor open.
  await lab.daemon([], {
    command: [
      "sh",
      "-c",
      `exec '${VISOR}' daemon -n -c '${lab.conf}' 7</dev/null 9>'${lab.path("nine")}'`,
    ],
  });
  for (const [name, pipes] of [["two", 3], ["one", 2]] as const) {
    const found = descriptorsOf(await pidOf(lab, name));
    assert.deepEqual([...found.keys()].toSorted(), [0, 1, 2]);
    assert.ok([...found.values()].every((what) => what.startsWith("pipe:")), [...found].join(" "));
    assert.equal(new Set(found.values()).size, pipes);
  }
});

test("programs are direct children, without blocked signals, and SIGPIPE is the one ignored", async (lab) => {
  lab.config(program("a") + program("b", "cat"));
  const daemon = await lab.daemon();
  for (const name of ["a", "b"]) {
    const pid = await pidOf(lab, name);
    assert.equal(parentOf(pid), daemon.pid);
    assert.equal(processGroupOf(pid), pid);
    assert.equal(BigInt(`0x${procStatus(pid, "SigBlk")}`), 0n);
    assert.equal(BigInt(`0x${procStatus(pid, "SigIgn")}`), 1n << 12n);
  }
});

test("a program has the limit of open files that the daemon was started with, or minfds", async (lab) => {
  lab.config(program("web", "sh -c 'ulimit -n > {dir}/limit; exec sleep 1000'"));
  const under = async (limit: number) => {
    const script = `ulimit -Sn ${limit}; '${VISOR}' daemon -n -c '${lab.conf}'; exit $?`;
    const ended = lab.run(["bash", "-c", script]);
    const found = await lab.until(() => lab.read("limit"), "the child's limit");
    await lab.ctl("shutdown");
    assert.equal((await ended).status, 0);
    fs.rmSync(lab.path("limit"));
    return Number(found);
  };
  assert.equal(await under(64), 1024);
  assert.equal(await under(2000), 2000);
});

test("the last lines before an exit are in the log before the line that it exited", async (lab) => {
  lab.script("lines", "#!/bin/sh\ni=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done\n");
  lab.config(
    program("quick", "{dir}/lines", {
      autorestart: "false",
      stdout_logfile: "{dir}/quick.log",
      redirect_stderr: "true",
    }) + section("program:watch", {
      command: "sleep 1000",
    }),
    "loglevel=debug",
  );
  await lab.daemon();
  await lab.until(() => lab.logged(/exited: quick/).length > 0, "it exited");
  assert.ok(lab.read("quick.log").endsWith("line 1999\n"));
  assert.equal(lab.read("quick.log").split("\n").length, 2001);
  const log = lab.log();
  assert.ok(log.lastIndexOf("line 1999") < log.indexOf("exited: quick"));
  assert.ok(log.includes("line 1999"));
});

test("what a program writes without any newline arrives byte for byte", async (lab) => {
  const bytes = 300 * 1024 * 1024;
  lab.config(program("flood", `sh -c 'head -c ${bytes} /dev/zero; exec sleep 1000'`, {
    stdout_logfile: "{dir}/flood.log",
    stdout_logfile_maxbytes: 0,
  }));
  const daemon = await lab.daemon();
  const size = () => fs.statSync(lab.path("flood.log")).size;
  await lab.until(() => size() >= bytes, "all of it is there", 60_000);
  assert.equal(size(), bytes);
  fs.truncateSync(lab.path("flood.log"));
  const resident = Number(procStatus(daemon.pid, "VmHWM").replace(" kB", ""));
  assert.ok(resident < 300_000, `${resident} kB resident at most`);
  await assertIdle(daemon.pid);
});

test("a hundred programs that write as fast as they can lose nothing, and the daemon answers meanwhile", async (lab) => {
  const lines = 20_000;
  lab.script(
    "many",
    `#!/bin/sh\nexec awk -v n=$1 'BEGIN { for (i = 0; i < ${lines}; i++) print "program " n " line " i }'\n`,
  );
  lab.config(section("program:many", {
    command: "{dir}/many %(process_num)d",
    numprocs: 100,
    process_name: "%(process_num)d",
    startsecs: 0,
    autorestart: "false",
    redirect_stderr: "true",
    stdout_logfile: "{dir}/out.%(process_num)d",
  }));
  await lab.daemon();
  const done = async () => {
    const started = performance.now();
    const { stdout } = await lab.ctl("status");
    assert.ok(performance.now() - started < 5000, "ctl status is answered");
    return (stdout.match(/EXITED/g) ?? []).length === 100;
  };
  await lab.until(done, "all have ended", 40_000);
  for (let n = 0; n < 100; n++) {
    const found = lab.read(`out.${n}`);
    let expected = "";
    for (let i = 0; i < lines; i++) expected += `program ${n} line ${i}\n`;
    assert.ok(found === expected, `program ${n}: ${found.length} of ${expected.length} bytes`);
  }
});

test("a program that closes its stdout and stderr and lives on costs no processor time", async (lab) => {
  lab.config(
    program("closes", `sh -c 'echo ready; exec >&- 2>&-; while :; do sleep 100; done'`, {
      stdout_logfile: "{dir}/out",
    }) + program("stdin", `sh -c 'exec <&-; echo ready; while :; do sleep 100; done'`, {
      stdout_logfile: "{dir}/out2",
    }),
  );
  const daemon = await lab.daemon();
  await ready(lab, "out", "out2");
  await sleep(300);
  await assertIdle(daemon.pid);
  await assert.rejects(lab.rpc("supervisor.sendProcessStdin", "stdin", "x"), /NO_FILE|NOT_RUNNING/);
  assert.equal((await lab.info("closes")).statename, "RUNNING");
  assert.equal((await lab.ctl("restart", "closes")).stdout, "closes: stopped\ncloses: started\n");
});

test("a grandchild that keeps the pipe open after its parent's end keeps nobody up", async (lab) => {
  lab.config(program("parent", `sh -c 'sleep 30 & echo ready; exit 0'`, {
    stdout_logfile: "{dir}/out",
    autorestart: "false",
  }));
  const daemon = await lab.daemon();
  await lab.state("parent", "EXITED");
  assert.equal(lab.read("out"), "ready\n");
  await assertIdle(daemon.pid, 800);
  const pipes = [...descriptorsOf(daemon.pid).values()].filter((what) => what.startsWith("pipe:"));
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.ok(pipes.length <= 2, `${pipes}`);
});

test("user, umask and directory are those of the section, and no group of the daemon's stays", async (lab) => {
  if (!isRoot) return skipAloud("user= needs root");
  fs.chmodSync(lab.dir, 0o777);
  lab.config(
    program("as", `sh -c '{ id -u; id -g; id -G; umask; pwd; } > {dir}/who; exec sleep 1000'`, {
      user: "nobody",
      umask: "027",
      directory: "/var/tmp",
    }),
  );
  await lab.daemon();
  const pid = await pidOf(lab, "as");
  const said = await lab.until(
    () => /\/var\/tmp\n/.test(lab.read("who")) && lab.read("who"),
    "its words",
  );
  assert.deepEqual(String(said).split("\n"), ["65534", "65534", "65534", "0027", "/var/tmp", ""]);
  assert.equal(procStatus(pid, "Uid"), "65534\t65534\t65534\t65534");
  assert.equal(procStatus(pid, "Gid"), "65534\t65534\t65534\t65534");
  const daemon = await lab.rpc("supervisor.getPID") as number;
  assert.equal(procStatus(daemon, "Uid"), "0\t0\t0\t0");
});

test("what cannot be started says why: in spawnerr before the fork, on its stderr after", async (lab) => {
  lab.write("noexec", "echo no interpreter\n", 0o755);
  lab.write("plain", "text", 0o644);
  const options = { startretries: 0, startsecs: 1, autorestart: "false" };
  const stderr = (name: string) => ({ ...options, stderr_logfile: `{dir}/${name}.err` });
  lab.config(
    program("missing", "/no/such/file", options) + program("folder", "/etc", options) +
      program("plain", "{dir}/plain", options) + program("quote", `cat "x`, options) +
      program("empty", "", options) +
      program("log", "cat", { ...options, stdout_logfile: "/etc" }) +
      program("enoexec", "{dir}/noexec", stderr("enoexec")) +
      program("chdir", "sleep 1000", { ...stderr("chdir"), directory: "/no/such/folder" }),
  );
  await lab.daemon();
  const reasons: Record<string, string> = {
    missing: "can't find command '/no/such/file'",
    folder: "command at '/etc' is a directory",
    plain: `command at '${lab.path("plain")}' is not executable`,
    quote: `can't parse command 'cat "x': No closing quotation`,
    empty: "command is empty",
    log: "unknown error making dispatchers for 'log': EISDIR",
  };
  for (const [name, reason] of Object.entries(reasons)) {
    assert.equal((await lab.state(name, "FATAL")).spawnerr, reason);
  }
  for (const name of ["enoexec", "chdir"]) {
    const { description } = await lab.state(name, "FATAL");
    assert.equal(description, "Exited too quickly (process log may have details)");
    assert.deepEqual(lab.logged(new RegExp(`exited: ${name}`)), [
      `WARN exited: ${name} (exit status 127; not expected)`,
    ]);
  }
  const end = "supervisor: child process was not spawned\n";
  assert.equal(
    lab.read("enoexec.err"),
    `supervisor: couldn't exec ${lab.path("noexec")}: ENOEXEC\n${end}`,
  );
  assert.equal(
    lab.read("chdir.err"),
    `supervisor: couldn't chdir to /no/such/folder: ENOENT\n${end}`,
  );
});

test("a program that ignores its stop signal is killed after stopwaitsecs", async (lab) => {
  lab.config(program("stubborn", STUBBORN, { stopwaitsecs: 1, stdout_logfile: "{dir}/out" }));
  await lab.daemon();
  await ready(lab, "out");
  const pid = await pidOf(lab, "stubborn");
  const start = performance.now();
  const { stdout } = await lab.ctl("stop", "stubborn");
  const took = performance.now() - start;
  assert.equal(stdout, "stubborn: stopped\n");
  assert.ok(took > 950 && took < 2500, `${took} ms`);
  assert.ok(!isAlive(pid));
  assert.deepEqual(lab.logged(/killing|stopped/), [
    `WARN killing 'stubborn' (${pid}) with SIGKILL`,
    "WARN stopped: stubborn (terminated by SIGKILL)",
  ]);
});

test("stopasgroup reaches the whole process group, and killasgroup kills it", async (lab) => {
  const family = (trap: string) => `sh -c '${trap} sleep 1000 & echo $! ready; wait; wait; wait'`;
  const run = (name: string) => ({ stdout_logfile: `{dir}/${name}.out`, stopwaitsecs: 1 });
  lab.config(
    program("alone", family("trap exit TERM;"), run("alone")) +
      program("group", family(""), { ...run("group"), stopasgroup: "true" }) +
      program(
        "killed",
        `sh -c 'trap "" TERM; sleep 1000 & echo $! ready; while :; do wait; done'`,
        {
          ...run("killed"),
          killasgroup: "true",
        },
      ),
  );
  await lab.daemon();
  const grandchild = async (name: string) =>
    parseInt(await lab.until(() => lab.read(`${name}.out`), "a grandchild"));
  const [alone, group, killed] = [
    await grandchild("alone"),
    await grandchild("group"),
    await grandchild("killed"),
  ];
  await lab.ctl("stop", "all");
  assert.ok(isAlive(alone));
  await lab.until(() => !isAlive(group), "stopasgroup reached the grandchild");
  await lab.until(() => !isAlive(killed), "killasgroup killed the grandchild");
});

test("a program with startsecs=0 that ends at once has been RUNNING and is EXITED", async (lab) => {
  lab.config(program("true", "true", { autorestart: "unexpected" }));
  await lab.daemon();
  const { exitstatus, spawnerr } = await lab.state("true", "EXITED");
  assert.equal(exitstatus, 0);
  assert.equal(spawnerr, "");
  assert.deepEqual(lab.logged(/exited/), ["INFO exited: true (exit status 0; expected)"]);
  await sleep(300);
  assert.equal(lab.logged(/spawned/).length, 1);
});

test("a program with startsecs=0 that cannot be started is never RUNNING", async (lab) => {
  lab.config(program("missing", "/no/such/file", { startretries: 1 }));
  await lab.daemon();
  await lab.state("missing", "FATAL");
  assert.deepEqual(lab.logged(/RUNNING|gave up/), [
    "INFO gave up: missing entered FATAL state, too many start retries too quickly",
  ]);
});

test("a startsecs of many years is a program that stays STARTING", async (lab) => {
  lab.config(
    program("ages", "sleep 1000", { startsecs: 4_000_000_000, stopwaitsecs: 4_000_000_000 }),
  );
  const daemon = await lab.daemon();
  await lab.state("ages", "STARTING");
  await assertIdle(daemon.pid, 800);
  assert.equal((await lab.info("ages")).statename, "STARTING");
  const stopping = lab.ctl("stop", "ages");
  assert.equal((await stopping).stdout, "ages: stopped\n");
  assert.deepEqual(lab.logged(/killing/), []);
});

test("a program that was stopped with SIGSTOP ends when it is stopped, after stopwaitsecs", async (lab) => {
  lab.config(program("frozen", "sleep 1000", { stopwaitsecs: 1 }));
  const daemon = await lab.daemon();
  const pid = await pidOf(lab, "frozen");
  signal(pid, "SIGSTOP");
  await assertIdle(daemon.pid, 500);
  assert.equal((await lab.info("frozen")).statename, "RUNNING");
  assert.equal((await lab.ctl("stop", "frozen")).stdout, "frozen: stopped\n");
  assert.ok(!isAlive(pid));
});

test("two hundred starts and stops leave no descriptor, no zombie and no memory behind", async (lab) => {
  lab.config(section("program:w", {
    command: "sh -c 'echo hello; exec sleep 1000'",
    numprocs: 20,
    process_name: "%(process_num)d",
    startsecs: 0,
  }));
  const daemon = await lab.daemon();
  const resident = () => Number(procStatus(daemon.pid, "VmRSS").replace(" kB", ""));
  const open = () => fs.readdirSync(`/proc/${daemon.pid}/fd`).length;
  const cycle = async () => {
    await lab.rpc("supervisor.stopAllProcesses");
    await lab.rpc("supervisor.startAllProcesses");
  };
  for (let i = 0; i < 3; i++) await cycle();
  const before = { fds: open(), rss: resident() };
  for (let i = 0; i < 10; i++) await cycle();
  assert.equal(childrenOf(daemon.pid).length, 20);
  assert.ok(open() <= before.fds + 2, `${before.fds} descriptors, then ${open()}`);
  assert.ok(resident() - before.rss < 60_000, `${before.rss} kB, then ${resident()}`);
  await lab.rpc("supervisor.stopAllProcesses");
  assert.deepEqual(childrenOf(daemon.pid), []);
});

test("orphans that come to the daemon as PID 1 are collected", async (lab) => {
  if (!isRoot) return skipAloud("a PID namespace needs root");
  lab.config(program("parent", "sh -c 'sleep 0.3 & exit 0'", { autorestart: "false" }));
  const unshare = ["unshare", "-pf", "--mount-proc", VISOR, "daemon", "-n", "-c", lab.conf];
  const daemon = await lab.daemon([], { impatient: true, command: unshare });
  await lab.until(() => lab.logged(/reaped unknown pid/).length > 0, "the orphan is reaped");
  assert.match(lab.logged(/reaped/)[0]!, /^INFO reaped unknown pid \d+ \(exit status 0\)$/);
  const inside = childrenOf(daemon.pid)[0]!;
  signal(inside, "SIGTERM");
  assert.equal(await daemon.end(), 0);
});
