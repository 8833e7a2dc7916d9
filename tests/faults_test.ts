import assert from "node:assert/strict";
import fs from "node:fs";
import {
  childrenOf,
  descriptorsOf,
  have,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  parentOf,
  program,
  readProc,
  signal,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";
import { failCalls, fakeTime, limitProcess, ordinaryUser, pidsGroup } from "./support/faults.ts";

const test = labTests();

/** The names of a process's threads. */
function threadsOf(pid: number): string {
  const tasks = fs.readdirSync(`/proc/${pid}/task`);
  return tasks.map((task) => readProc(pid, `task/${task}/comm`)).join("");
}

/** A program that comes up by itself again, however long it cannot. */
const PATIENT = { autorestart: "true", startretries: 100, startsecs: 0 };

/** What a start lacks, until `heal` is called. */
interface Lack {
  readonly what: string;
  readonly spawnerr: string;
  /** @returns undefined where this machine cannot be made to lack it. */
  begin(lab: Lab, pid: number): Promise<() => Promise<void>> | (() => void) | undefined;
}

const lacks: readonly Lack[] = [
  {
    what: "descriptors",
    spawnerr: "too many open files to spawn 'web'",
    begin(_, pid) {
      limitProcess(pid, "--nofile=3:");
      return () => limitProcess(pid, "--nofile=1024:");
    },
  },
  {
    what: "processes",
    spawnerr: "Too many processes in process table to spawn 'web'",
    begin(_, pid) {
      limitProcess(pid, "--nproc=1:");
      return () => limitProcess(pid, "--nproc=1000:");
    },
  },
  {
    what: "processes for its control group",
    spawnerr: "Too many processes in process table to spawn 'web'",
    begin(lab, pid) {
      const group = pidsGroup(lab, pid);
      group?.limit("1");
      return group && (() => group.limit("max"));
    },
  },
  {
    what: "memory",
    spawnerr: "unknown error during fork for 'web': ENOMEM",
    begin(lab, pid) {
      if (!have("strace")) return undefined;
      return failCalls(lab, pid, "clone,clone3,vfork:error=ENOMEM");
    },
  },
];

for (const { what, spawnerr, begin } of lacks) {
  test(`without ${what} a program waits in BACKOFF with the reason, and comes up when there are some`, async (lab) => {
    lab.config(program("web", "sleep 1000", PATIENT) + program("other", "sleep 1000", PATIENT));
    const daemon = await lab.daemon([], ordinaryUser(lab));
    const { pid } = await lab.state("web", "RUNNING");
    const other = (await lab.state("other", "RUNNING")).pid;
    await sleep(300); // the runtime takes its copies of the pipes a little later
    const before = descriptorsOf(daemon.pid).size;
    // A thread that is to be started later is one that may then be refused, and the runtime's end.
    assert.doesNotMatch(threadsOf(daemon.pid), /JIT|Heap|Collector/);
    const heal = await begin(lab, daemon.pid);
    if (!heal) return skipAloud(`lacking ${what} needs root and control groups, or strace`);
    signal(pid, "SIGKILL");
    const told = () => lab.logged(/spawnerr/).length;
    await lab.until(() => told() >= 2, "it was tried twice");
    await heal();
    const after = await lab.state("web", "RUNNING");
    assert.ok(isAlive(after.pid) && after.pid !== pid);
    assert.equal(after.spawnerr, "");
    assert.deepEqual([...new Set(lab.logged(/spawnerr/))], [`INFO spawnerr: ${spawnerr}`]);
    assert.equal((await lab.info("other")).pid, other);
    // What the runtime could not close without a thread for it, it closes with the next.
    signal(after.pid, "SIGKILL");
    await lab.until(() => childrenOf(daemon.pid).length === 2, "it is back once more");
    await lab.until(() => descriptorsOf(daemon.pid).size <= before, "no descriptor is left behind");
  });
}

test("a system without free descriptors is waited for by starts and by who connects", async (lab) => {
  if (!have("strace")) return skipAloud("failing calls needs strace");
  lab.config(program("web", "sleep 1000", PATIENT) + program("other", "sleep 1000", PATIENT));
  const daemon = await lab.daemon();
  const { pid } = await lab.state("web", "RUNNING");
  const other = (await lab.state("other", "RUNNING")).pid;
  const failing = ["accept4:error=ENFILE:when=1..20", "pipe2,openat:error=ENFILE:when=1"];
  await failCalls(lab, daemon.pid, ...failing);
  signal(pid, "SIGKILL");
  await lab.until(() => lab.logged(/spawnerr/).length > 0, "it was tried");
  assert.equal((await lab.info("other")).pid, other);
  const after = await lab.state("web", "RUNNING");
  assert.ok(isAlive(after.pid) && after.pid !== pid);
  const reason = "INFO spawnerr: too many open files to spawn 'web'";
  assert.deepEqual([...new Set(lab.logged(/spawnerr/))], [reason]);
  const failed = lab.read("strace").match(/\w+(?=\(.*ENFILE.*INJECTED)/g) ?? [];
  assert.deepEqual([...new Set(failed)].sort(), ["accept4", "openat", "pipe2"]);
  assert.match((await lab.ctl("restart", "web")).stdout, /web: stopped\nweb: started\n/);
});

test("a wall clock set back a day and forward a year changes no delay, no state and no uptime", async (lab) => {
  const time = fakeTime(lab);
  if (!time) return skipAloud("setting a clock needs the package faketime");
  lab.config(
    program("up", "sleep 1000", { startsecs: 2 }) +
      program("bad", "sh -c 'echo x >>{dir}/tries; exit 1'", { startsecs: 1, startretries: 2 }) +
      program("stubborn", `sh -c 'trap "" TERM; echo ready; while :; do sleep 0.05; done'`, {
        stopwaitsecs: 2,
        stdout_logfile: "{dir}/out",
      }) +
      program("again", "sleep 1000", PATIENT),
  );
  await lab.daemon([], { env: time.env });
  const timed = async (what: () => Promise<unknown>) => {
    const start = performance.now();
    await what();
    return performance.now() - start;
  };
  time.set("-1d");
  const started = await timed(() => lab.state("up", "RUNNING"));
  assert.ok(started < 6000, `${started} ms until RUNNING`);
  for (
    const [shift, from, to] of [["-1d", -86_400, -86_000], [
      "+365d",
      31_536_000,
      31_537_000,
    ]] as const
  ) {
    time.set(shift);
    const up = await lab.info("up");
    const off = up.now - Date.now() / 1000;
    assert.ok(off >= from - 100 && off <= to, `the clock is off by ${off} s`);
    assert.match(up.description, /^pid \d+, uptime 0:00:\d\d$/);
    const { pid } = await lab.state("again", "RUNNING");
    const back = await timed(async () => {
      signal(pid, "SIGKILL");
      await lab.until(async () => ![0, pid].includes((await lab.info("again")).pid), "it is back");
    });
    assert.ok(back < 3000, `${back} ms until it was back`);
    assert.match((await lab.ctl("restart", "up")).stdout, /up: stopped\nup: started\n/);
  }
  time.set("-1d");
  await lab.until(() => lab.read("out") === "ready\n", "its trap is set");
  const stopped = await timed(() => lab.ctl("stop", "stubborn"));
  assert.ok(stopped > 1900 && stopped < 8000, `${stopped} ms until it was killed`);
  await lab.state("bad", "FATAL");
  assert.equal(lab.read("tries"), "x\nx\nx\n");
  time.set("+20y"); // past what 32 bits of seconds can say
  const late = await lab.info("up");
  assert.equal(late.now, 2 ** 31 - 1);
  assert.match((await lab.ctl("status", "up")).stdout, /RUNNING +pid \d+, uptime 0:00:\d\d/);
  assert.match((await lab.ctl("restart", "again")).stdout, /again: started/);
});

test("what happens while the daemon is frozen is caught up with when it goes on, and nothing is lost", async (lab) => {
  lab.script(
    "worker",
    `#!/bin/sh
while read -r what; do
  i=0; while [ $i -lt 5000 ]; do echo "$1 line $i"; i=$((i+1)); done
  echo through >>$1.through
  exit 3
done
`,
  );
  const names = ["a", "b", "c", "d"];
  lab.config(
    names.map((name) =>
      program(name, `{dir}/worker ${name}`, {
        directory: "{dir}",
        stdout_logfile: `{dir}/${name}.log`,
        autorestart: "true",
      })
    ).join(""),
  );
  const daemon = await lab.daemon();
  const before = await Promise.all(names.map((name) => lab.state(name, "RUNNING")));
  for (const name of names) await lab.rpc("supervisor.sendProcessStdin", name, "go\n");
  // Its own pipe takes what they say; they end while nobody collects them.
  signal(daemon.pid, "SIGSTOP");
  await lab.until(() => before.every(({ pid }) => !isAlive(pid)), "all have ended");
  const asked = lab.ctl("status");
  await sleep(1000);
  signal(daemon.pid, "SIGCONT");
  assert.equal((await asked).status, 0);
  await lab.until(() => lab.logged(/exited/).length === 4, "all four ends are told");
  const whole = (name: string) =>
    Array.from({ length: 5000 }, (_, i) => `${name} line ${i}\n`).join("");
  for (const [i, name] of names.entries()) {
    const { pid } = await lab.state(name, "RUNNING");
    assert.notEqual(pid, before[i]!.pid);
    assert.ok(lab.read(`${name}.log`) === whole(name), `${name}.log is whole`);
  }
  assert.equal(childrenOf(daemon.pid).length, 4);
});

test("a program that goes into the background by itself is EXITED, and its orphan disturbs nobody", async (lab) => {
  const daemonize = (seconds: number) =>
    `sh -c 'setsid sh -c "echo \\$\\$ >{dir}/orphan.${seconds}; exec sleep ${seconds}" & sleep 0.1'`;
  lab.config(
    program("long", daemonize(1000), { autorestart: "false" }) +
      program("short", daemonize(0.4), { autorestart: "false" }) +
      program("quick", "sh -c 'sleep 1000 & exit 0'", { startsecs: 5, startretries: 0 }),
    "loglevel=debug",
  );
  const daemon = await lab.daemon();
  for (const name of ["long", "short"]) {
    const { exitstatus, spawnerr } = await lab.state(name, "EXITED");
    assert.deepEqual({ exitstatus, spawnerr }, { exitstatus: 0, spawnerr: "" });
  }
  const { spawnerr } = await lab.state("quick", "FATAL");
  assert.equal(spawnerr, "Exited too quickly (process log may have details)");
  const orphan = Number(lab.read("orphan.1000"));
  assert.ok(isAlive(orphan));
  assert.equal(parentOf(orphan), daemon.pid);
  await lab.until(() => lab.logged(/DEBG reaped unknown pid/).length > 0, "the other is reaped");
  const zombies = childrenOf(daemon.pid).filter((pid) => !isAlive(pid));
  assert.deepEqual(zombies, []);
  signal(orphan, "SIGKILL");
  const last = new RegExp(`reaped unknown pid ${orphan} \\(terminated by SIGKILL\\)`);
  await lab.until(() => lab.logged(last).length === 1, "so is this one");
});

test("a grandchild that holds the pipes of an ended program is no hindrance to its next lives", async (lab) => {
  lab.config(program("web", `sh -c '(sleep 1000; echo late) & echo life $$; exec sleep 1000'`, {
    stdout_logfile: "{dir}/web.log",
    redirect_stderr: "true",
    ...PATIENT,
  }));
  const daemon = await lab.daemon();
  const before = descriptorsOf(daemon.pid).size;
  const lives: number[] = [];
  for (let life = 0; life < 5; life++) {
    const spoke = async () => {
      const { pid } = await lab.info("web");
      const isNew = !lives.includes(pid) && lab.read("web.log").includes(`life ${pid}\n`);
      return isNew ? pid : 0;
    };
    const pid = await lab.until(spoke, "the next life has spoken");
    lives.push(pid);
    signal(pid, "SIGKILL");
  }
  await lab.state("web", "RUNNING");
  assert.equal(
    lab.read("web.log").split("\n").slice(0, 5).join(),
    lives.map((pid) => `life ${pid}`).join(),
  );
  await lab.until(() => descriptorsOf(daemon.pid).size <= before, "their pipes are closed");
});

test("ends by code and by signal are told in Supervisor's words", async (lab) => {
  const ends: readonly [string, string, number, string][] = [
    ["code0", "exit 0", 0, "INFO exited: code0 (exit status 0; expected)"],
    ["code2", "exit 2", 2, "INFO exited: code2 (exit status 2; expected)"],
    ["code255", "exit 255", 255, "WARN exited: code255 (exit status 255; not expected)"],
    ["term", "kill -TERM $$", -1, "WARN exited: term (terminated by SIGTERM; not expected)"],
    ["kill", "kill -KILL $$", -1, "WARN exited: kill (terminated by SIGKILL; not expected)"],
    [
      "segv",
      "ulimit -c 0; kill -SEGV $$",
      -1,
      "WARN exited: segv (terminated by SIGSEGV; not expected)",
    ],
  ];
  lab.config(
    ends.map(([name, script]) =>
      program(name, `sh -c '${script}'`, { autorestart: "false", exitcodes: "0,2" })
    ).join(""),
  );
  await lab.daemon();
  for (const [name, , status, line] of ends) {
    const { exitstatus, spawnerr } = await lab.state(name, "EXITED");
    assert.equal(exitstatus, status);
    assert.equal(spawnerr, [0, 2].includes(status) ? "" : `Bad exit code ${status}`);
    assert.deepEqual(lab.logged(new RegExp(`exited: ${name} `)), [line]);
  }
});

test("a file that cannot be executed at this moment says why on the program's stderr", async (lab) => {
  lab.write("badinterp", "#!/no/such/interpreter\n", 0o755);
  fs.copyFileSync("/bin/sleep", lab.path("busy"));
  fs.chmodSync(lab.path("busy"), 0o755);
  const writer = fs.openSync(lab.path("busy"), "r+");
  lab.atEnd(() => fs.closeSync(writer));
  const options = (name: string) => ({
    stderr_logfile: `{dir}/${name}.err`,
    startsecs: 1,
    startretries: 0,
  });
  lab.config(
    program("badinterp", "{dir}/badinterp", options("badinterp")) +
      program("busy", "{dir}/busy 1000", options("busy")),
  );
  await lab.daemon();
  for (const [name, code] of [["badinterp", "ENOENT"], ["busy", "ETXTBSY"]]) {
    const { description } = await lab.state(name!, "FATAL");
    assert.equal(description, "Exited too quickly (process log may have details)");
    assert.equal(
      lab.read(`${name}.err`),
      `supervisor: couldn't exec ${lab.path(name!)}: ${code}\n` +
        "supervisor: child process was not spawned\n",
    );
  }
});

test("a config that cannot be read leaves what runs alone and is told by name; then update works", async (lab) => {
  const sections = program("a") + program("b");
  lab.config(sections);
  await lab.daemon([], ordinaryUser(lab));
  const pids = async () =>
    (await Promise.all(["a", "b"].map((name) => lab.info(name)))).map((info) => info.pid);
  await lab.state("b", "RUNNING");
  const before = await pids();
  const conf = lab.conf;
  const text = lab.read("s.conf");
  const faults: [string, () => void, RegExp][] = [
    ["unreadable", () => fs.chmodSync(conf, 0), /could not read config file/],
    ["removed", () => fs.rmSync(conf), /could not find config file/],
    ["a folder", () => (fs.rmSync(conf), fs.mkdirSync(conf)), /could not read config file/],
    ["cut off", () => fs.writeFileSync(conf, text.slice(0, -30) + "\n[program:"), /s\.conf/],
    ["wrong", () => fs.writeFileSync(conf, text + program("c", "cat", { startsecs: "x" })), /'x'/],
  ];
  // ctl reads its own part of the same file: it is asked with another one.
  const ctl = (verb: string) => lab.visor("ctl", "-s", `unix://${lab.socket}`, verb);
  for (const [what, spoil, said] of faults) {
    fs.rmSync(conf, { recursive: true, force: true });
    fs.writeFileSync(conf, text);
    if (isRoot) fs.chownSync(conf, 65534, 65534);
    spoil();
    for (const verb of ["reread", "update"]) {
      const { status, stdout } = await ctl(verb);
      assert.equal(status, 1, `${what}: ${verb}`);
      assert.match(stdout, /CANT_REREAD/, what);
      assert.ok(stdout.includes(conf), `${what}: ${stdout}`);
      assert.match(stdout, said, what);
    }
    assert.deepEqual(await pids(), before, what);
  }
  fs.rmSync(conf, { recursive: true, force: true });
  fs.writeFileSync(conf, text + program("c"));
  fs.chmodSync(conf, 0o644);
  assert.equal((await ctl("update")).stdout, "c: added process group\n");
  await lab.state("c", "RUNNING");
  assert.deepEqual(await pids(), before);
});

test("a restart or an update that reports success has left nothing of the old process", async (lab) => {
  const stubborn = (seconds: number) =>
    program("web", `sh -c 'trap "" TERM; sleep ${seconds} & echo ready; while :; do wait; done'`, {
      stopwaitsecs: 1,
      stopasgroup: "true",
      killasgroup: "true",
      stdout_logfile: "{dir}/out",
    });
  lab.config(stubborn(1000));
  const daemon = await lab.daemon();
  const family = async () => {
    const { pid } = await lab.state("web", "RUNNING");
    const child = await lab.until(() => childrenOf(pid)[0], "a child");
    return [pid, child];
  };
  const lives = [await family()];
  assert.equal((await lab.ctl("restart", "web")).stdout, "web: stopped\nweb: started\n");
  lives.push(await family());
  assert.deepEqual(lives[0]!.filter(isAlive), []);
  lab.config(stubborn(1001));
  assert.match((await lab.ctl("update")).stdout, /web: updated process group/);
  lives.push(await family());
  assert.deepEqual(lives[1]!.filter(isAlive), []);
  assert.deepEqual(childrenOf(daemon.pid), [lives[2]![0]]);
});

test("a system where only the lab can be written, and an old kernel's calls, are enough", async (lab) => {
  if (!isRoot || !have("strace")) return skipAloud("a read-only system needs root and strace");
  lab.config(
    program("web", "sh -c 'echo hello; exec sleep 1000'", { stdout_logfile: "{dir}/out" }),
  );
  const calls = "close_range,clone3,pidfd_open";
  const script = `mount --bind '${lab.dir}' '${lab.dir}' && mount -o remount,bind,ro / &&
    cd '${lab.dir}' && ! touch /tmp/visor-test 2>/dev/null &&
    exec strace -f -qq -o strace -e trace=${calls} -e inject=${calls}:error=ENOSYS \\
      env -i '${VISOR}' daemon -n -c '${lab.conf}'`;
  lab.start(["unshare", "-m", "sh", "-c", script], { stdio: "ignore" });
  const { pid } = await lab.until(() => lab.state("web", "RUNNING"), "it is up");
  await lab.until(() => lab.read("out") === "hello\n", "output");
  assert.match(lab.read("strace"), /clone3.*INJECTED/);
  signal(pid, "SIGKILL");
  await lab.until(() => lab.read("out") === "hello\nhello\n", "it is back");
  assert.equal((await lab.ctl("shutdown")).status, 0);
  await lab.until(() => !fs.existsSync(lab.path("daemon.pid")), "it has gone");
});
