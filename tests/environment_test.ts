/** What the daemon is started with and in: variables, users, limits, file systems, sandboxes. */
import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  childrenOf,
  descriptorsOf,
  isRoot,
  type Lab,
  labTests,
  procStatus,
  program,
  section,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";
import { canMount, withMounts } from "./support/namespace.ts";
import { worksIn } from "./support/works_in.ts";

const test = labTests();

const daemonIn = (lab: Lab) => [VISOR, "daemon", "-n", "-c", lab.conf];

/** Where a daemon writes that does not run as root. */
function openTo(lab: Lab, uid: number): void {
  fs.chownSync(lab.dir, uid, uid);
  fs.chmodSync(lab.dir, 0o755);
}

/** A config without `user=`, for a daemon that is told its user from outside. */
function configWithoutUser(lab: Lab, sections: string, more = ""): void {
  const path = lab.config(sections, more);
  fs.writeFileSync(path, fs.readFileSync(path, "utf8").replace(/^user=.*\n/m, ""));
}

/** Values as a shell script gets them only in this way: in octal, for `printf`. */
const BYTES = String.raw`\377\376 \303`;

test("variables come to programs byte for byte, also through %(ENV_x)s", async (lab) => {
  lab.config(program("web", `/bin/sh -c "exec sleep 1000" sh "%(ENV_BYTES)s"`, {
    environment: `A="%(ENV_BYTES)s",B="<%(ENV_PERCENT)s>",C="%(ENV_EMPTY)s",D="%(ENV_LINES)s"`,
  }));
  const script = lab.script(
    "entry",
    `#!/bin/sh
    export BYTES="$(printf '${BYTES}')" PERCENT='100%(x)s %% %d' EMPTY= QUOTES="'\\"\\\\" LINES="a
b" "NO_VALUE"
    exec "$@"\n`,
  );
  await lab.daemon([], { command: [script, ...daemonIn(lab)] });
  const { pid } = await lab.state("web", "RUNNING");
  const found = fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  const bytes = "\xff\xfe \xc3";
  for (
    const entry of [
      `BYTES=${bytes}`,
      `A=${bytes}`,
      "PERCENT=100%(x)s %% %d",
      "B=<100%(x)s %% %d>",
      "EMPTY=",
      "C=",
      `QUOTES='"\\`,
      "LINES=a\nb",
      "D=a\nb",
    ]
  ) assert.ok(found.includes(entry), `${JSON.stringify(entry)} in ${JSON.stringify(found)}`);
});

test("a value that is not UTF-8 is an argument as it is, and no trouble for clients", async (lab) => {
  lab.config(program("web", `sh -c "printf %%s $1 > {dir}/out; sleep 1000" sh %(ENV_BYTES)s`));
  const script = lab.script(
    "entry",
    `#!/bin/sh\nBYTES="$(printf 'x\\377\\303y')" exec "$@"\n`,
  );
  await lab.daemon([], { command: [script, ...daemonIn(lab)] });
  await lab.until(() => lab.read("out"), "its argument");
  assert.equal(fs.readFileSync(lab.path("out"), "latin1"), "x\xff\xc3y");
  assert.match((await lab.ctl("avail")).stdout, /^web /);
  assert.equal((await lab.rpc("supervisor.getAllConfigInfo") as readonly unknown[]).length, 1);
});

test("a % in a variable is expanded in no section, however often it is handed on", async (lab) => {
  lab.config(
    program("web", `sh -c "echo '%(ENV_TOKEN)s' > {dir}/out; exec sleep 1000"`, {
      environment: `AGAIN="%(ENV_TOKEN)s"`,
    }),
    `environment=GLOBAL="%(ENV_TOKEN)s"`,
  );
  await lab.daemon([], { env: { TOKEN: "50%%(ENV_NONE)s%" } });
  const { pid } = await lab.state("web", "RUNNING");
  await lab.until(() => lab.read("out"), "what it was started with");
  assert.equal(lab.read("out"), "50%%(ENV_NONE)s%\n");
  const found = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  assert.ok(found.includes("AGAIN=50%%(ENV_NONE)s%"), found.join("\n"));
  assert.ok(found.includes("GLOBAL=50%%(ENV_NONE)s%"), found.join("\n"));
});

test("a thousand variables and one of 100 KB are handed on", async (lab) => {
  const env = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`V${i}`, `value ${i}`]));
  lab.config(program("web"));
  await lab.daemon([], { env: { ...env, BIG: "x".repeat(100_000) } });
  const { pid } = await lab.state("web", "RUNNING");
  const found = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  assert.equal(found.filter((entry) => /^V\d+=value \d+$/.test(entry)).length, 1000);
  assert.ok(found.includes(`BIG=${"x".repeat(100_000)}`));
});

for (
  const env of [{ TZ: "No/Such", LC_ALL: "xx_YY" }, { TZ: "", LANG: "C" }, { TZ: ":/nonsense" }]
) {
  test(`a daemon works with ${JSON.stringify(env)}`, async (lab) => {
    lab.config(program("web"));
    const daemon = await lab.daemon([], { env, bare: true });
    await lab.state("web", "RUNNING");
    assert.match(lab.log(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO /);
    daemon.kill();
    assert.equal(await daemon.end(), 0);
  });
}

test("a user without a name, a home or a line in passwd runs the daemon", async (lab) => {
  if (!isRoot) return skipAloud("becoming another user needs root");
  const uid = 1_234_567;
  openTo(lab, uid);
  configWithoutUser(lab, program("web"));
  const become = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const [daemon, pid] = await worksIn(lab, [...become, "env", "-u", "HOME", ...daemonIn(lab)]);
  assert.equal(procStatus(pid, "Uid"), Array(4).fill(uid).join("\t"));
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  lab.config(program("web"), "", "");
  const refused = await lab.run([...become, ...daemonIn(lab)]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^Error: Can't drop privilege as nonroot user\n/);
});

const SURROUNDINGS: readonly (readonly [name: string, script: string])[] = [
  [
    "a read-only root",
    "mount --bind / /mnt; mount -o remount,ro,bind /mnt; " +
    "mount --rbind /tmp /mnt/tmp; mount --rbind /dev /mnt/dev; mount --rbind /proc /mnt/proc; " +
    'exec chroot /mnt sh -c \'! touch /ro 2>/dev/null && exec "$@"\' sh "$@"',
  ],
  ["nothing in /dev but null", "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3"],
  ["nothing in /dev", "mount -t tmpfs none /dev"],
  ["no /etc/passwd", "mount -t tmpfs none /etc"],
  ["only the processes in /proc", "mount -t proc -o subset=pid none /proc"],
];

for (const [name, script] of SURROUNDINGS) {
  test(`a daemon works with ${name}`, async (lab) => {
    if (!canMount) return skipAloud(`a mount namespace, for ${name}`);
    configWithoutUser(lab, program("web", "/bin/sleep 1000"));
    const [daemon] = await worksIn(lab, withMounts(script, daemonIn(lab)));
    daemon.kill();
    assert.equal(await daemon.end(), 0);
    assert.deepEqual(lab.logged(/^(ERRO|CRIT unexpected)/), []);
  });
}

test("few open files are refused with a remedy, and enough when minfds says so", async (lab) => {
  lab.config(program("web"));
  const few = ["prlimit", "--nofile=64:64"];
  const { status, stderr } = await lab.run([...few, ...daemonIn(lab)]);
  assert.equal(status, 2);
  assert.match(stderr, /file descriptors required is 1024 as per the "minfds" setting/);
  lab.config(program("web"), "minfds=64");
  await worksIn(lab, [...few, ...daemonIn(lab)]);
});

test("too little address space is told in words, and 4 GB are enough", async (lab) => {
  lab.config(program("web"));
  const gigabytes = (count: number) => ["prlimit", `--as=${count * 2 ** 30}`];
  const { status, stderr } = await lab.run([...gigabytes(1.5), ...daemonIn(lab)]);
  assert.equal(status, 2);
  assert.match(stderr, /^Error: Cannot call the C library: .*ulimit -v/);
  await worksIn(lab, [...gigabytes(4), ...daemonIn(lab)]);
});

const DENY = fileURLToPath(new URL("support/deny_calls.py", import.meta.url));
const [EPERM, ENOSYS] = [1, 38];

/** close_range, pidfd_open, pidfd_send_signal, io_uring and clone3: the same on all machines. */
const NEW_CALLS = [436, 434, 424, 425, 426, 427, 435];

for (
  const [name, errno, calls] of [
    ["knows no close_range, pidfd, io_uring and clone3", ENOSYS, NEW_CALLS],
    ["forbids close_range and pidfd", EPERM, NEW_CALLS.slice(0, 3)],
  ] as const
) {
  test(`a daemon works in a sandbox that ${name}, and hands no descriptor on`, async (lab) => {
    lab.config(
      program("web") +
        program("crash", "false", { autorestart: "true" }) +
        program("said", "echo something", { autorestart: "false", stdout_logfile: "{dir}/out" }),
    );
    const deny = ["python3", DENY, String(errno), calls.join(","), ...daemonIn(lab)];
    const open = 'exec 7</dev/null; exec "$@"';
    const [, pid] = await worksIn(lab, ["bash", "-c", open, "bash", ...deny]);
    assert.deepEqual([...descriptorsOf(pid).keys()], [0, 1, 2]);
    await lab.until(() => lab.logged(/exited: crash/).length >= 5, "crashes are seen");
    assert.equal(lab.read("out"), "something\n");
  });
}

/** Becomes its arguments with signals blocked or ignored, as a careless parent leaves them. */
const INHERIT = `
import os, signal, sys
signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD}
if sys.argv[1] == "blocked":
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
else:
    for each in signals: signal.signal(each, signal.SIG_IGN)
os.execvp(sys.argv[2], sys.argv[2:])
`;

for (const how of ["blocked", "ignored"]) {
  test(`signals that a parent left ${how} are heard, and programs find them as they should be`, async (lab) => {
    lab.write("inherit.py", INHERIT);
    lab.config(program("web") + program("ends", "true", { autorestart: "false" }));
    const daemon = await lab.daemon([], {
      command: ["python3", lab.path("inherit.py"), how, ...daemonIn(lab)],
    });
    const { pid } = await lab.state("web", "RUNNING");
    await lab.state("ends", "EXITED");
    assert.equal(procStatus(pid, "SigBlk"), "0000000000000000");
    assert.equal(procStatus(pid, "SigIgn"), "0000000000001000");
    daemon.kill("SIGUSR2");
    await lab.until(() => lab.logged(/logreopen/).length > 0, "SIGUSR2 is heard");
    daemon.kill("SIGHUP");
    await lab.until(() => lab.logged(/spawned: 'web'/).length === 2, "SIGHUP is heard");
    daemon.kill("SIGTERM");
    assert.equal(await daemon.end(), 0);
  });
}

test("signals that mean nothing to the daemon do nothing, and SIGUSR1 is told", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  const { pid } = await lab.state("web", "RUNNING");
  for (const name of ["SIGWINCH", "SIGPIPE", "SIGCONT", "SIGURG", "SIGUSR1"] as const) {
    signal(daemon.pid, name);
  }
  await lab.until(() => lab.logged(/SIGUSR1/).length > 0, "it is told");
  assert.equal((await lab.state("web", "RUNNING")).pid, pid);
  assert.deepEqual(childrenOf(daemon.pid), [pid]);
  assert.deepEqual(lab.logged(/SIG/), ["WARN ignored SIGUSR1: logs are reopened with SIGUSR2"]);
});

/** A terminal that goes away a moment after the daemon in it is up. */
const TERMINAL = `
import os, pty, select, sys
pid, master = pty.fork()
if pid == 0: os.execvp(sys.argv[2], sys.argv[2:])
while not os.path.exists(sys.argv[1]):
    if select.select([master], [], [], 0.02)[0]: os.read(master, 1000)
os.close(master)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("a terminal that is closed restarts the daemon, which goes on without it", async (lab) => {
  lab.write("terminal.py", TERMINAL);
  lab.config(program("web", "sh -c 'touch {dir}/up; exec sleep 1000'"), "loglevel=debug");
  const terminal = ["python3", lab.path("terminal.py"), lab.path("up"), ...daemonIn(lab)];
  const running = lab.run(terminal);
  await lab.until(
    () => lab.logged(/received SIGHUP/).length > 0,
    "the end of the terminal is heard",
  );
  await lab.until(() => lab.logged(/spawned: 'web'/).length === 2, "it runs again");
  assert.equal((await lab.state("web", "RUNNING")).statename, "RUNNING");
  signal(await lab.rpc("supervisor.getPID") as number, "SIGTERM");
  assert.equal((await running).stdout, "0\n");
});

test("a config in conf.d that is matched by its own include, with the oddities of generated files", async (lab) => {
  const text = `[supervisord]\r\nnodaemon = true\r\nuser = ${process.getuid!()}\r\n` +
    `logfile = {dir}/daemon.log   \r\npidfile={dir}/daemon.pid\r\n\r\n\r\n` +
    `[program:web]\r\ncommand = sleep  \r\n  1000   \r\nstartsecs=0\r\n` +
    `[include]\r\nfiles = ../conf.d/*.conf /nowhere/*.conf\r\n`;
  const path = lab.write("conf.d/supervisord.conf", text);
  const daemon = await lab.daemon([], { command: [VISOR, "daemon", "-c", path], impatient: true });
  await lab.until(() => lab.logged(/spawned: 'web'/).length > 0, "its program runs");
  assert.equal(childrenOf(daemon.pid).length, 1);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
});

test("health checks and scripts of public images find what they look for", async (lab) => {
  lab.config(program("nginx") + program("done", "true", { autorestart: "false" }));
  const daemon = await lab.daemon();
  await lab.state("done", "EXITED");
  const shell = (text: string) =>
    lab.run(["bash", "-c", `supervisorctl() { ${VISOR} ctl -c ${lab.conf} "$@"; }\n${text}`]);
  const statuses: readonly (readonly [string, number])[] = [
    ["supervisorctl status", 3],
    ["supervisorctl status nginx || exit 1", 0],
    ["supervisorctl status done || exit 1", 1],
    ["supervisorctl status nginx | grep RUNNING", 0],
    ["supervisorctl status | grep -v RUNNING && exit 1", 1],
    ["[ $(supervisorctl status | grep RUNNING | wc -l) = 1 ]", 0],
    [`kill -HUP $(cat ${lab.path("daemon.pid")})`, 0],
  ];
  for (const [text, status] of statuses) assert.equal((await shell(text)).status, status, text);
  await lab.until(() => lab.logged(/spawned: 'nginx'/).length === 2, "everything starts again");
  const pidfile = lab.path("daemon.pid");
  const wait = `kill -15 $(cat ${pidfile}) && while kill -0 $(cat ${pidfile}); do sleep 0.05; done`;
  await shell(`${wait} 2>/dev/null`);
  assert.equal(await daemon.end(), 0);
  assert.ok(!fs.existsSync(pidfile));
});

test("a process table that is full sends programs to BACKOFF, and not the daemon down", async (lab) => {
  if (!isRoot) return skipAloud("a user of our own needs root");
  const uid = 1_234_568;
  openTo(lab, uid);
  configWithoutUser(
    lab,
    program("a") + section("program:many", {
      command: "sleep 1000",
      process_name: "%(program_name)s%(process_num)s",
      numprocs: 40,
      startsecs: 0,
    }),
    "minprocs=10",
  );
  const limit = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const daemon = await lab.daemon([], {
    command: ["prlimit", "--nproc=30:30", ...limit, ...daemonIn(lab)],
  });
  await lab.until(
    () => lab.logged(/spawnerr: Too many processes in process table to spawn 'many/).length > 0,
    "some do not start",
  );
  assert.match((await lab.ctl("status")).stdout, /many:many\d+ +BACKOFF +Too many processes/);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
});
