/** The daemon as PID 1 of a container, behind one, and with what its programs leave behind. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import {
  childrenOf,
  have,
  isAlive,
  type Lab,
  labTests,
  parentOf,
  procStatus,
  program,
  readProc,
  section,
  signal,
  skipAloud,
  sleep,
  VISOR,
} from "./support/lab.ts";
import { asInit, canBeInit } from "./support/namespace.ts";

const test = labTests();

const daemonIn = (lab: Lab) => [VISOR, "daemon", "-n", "-c", lab.conf];

/** A test of a PID 1. */
function initTest(name: string, body: (lab: Lab) => Promise<void>): void {
  test(name, async (lab) => {
    if (!canBeInit) return skipAloud(`a PID namespace, for: ${name}`);
    await body(lab);
  });
}

/** Each round: a thousand children at once, whose parent ends without a look at them. */
const ORPHANS = `
for my $round (1..10) {
  my $parent = fork;
  if (!$parent) {
    for (1..1000) { my $pid = fork // redo; exit unless $pid }
    exit;
  }
  waitpid $parent, 0;
}
$| = 1;
print "done\\n";
sleep 1000;
`;

initTest("ten thousand orphans are all reaped, and the daemon answers meanwhile", async (lab) => {
  lab.write("orphans.pl", ORPHANS);
  lab.config(program("maker", "perl {dir}/orphans.pl", { stdout_logfile: "{dir}/out" }));
  const { outside, daemon } = await asInit(lab, daemonIn(lab));
  await lab.until(() => lab.rpc("supervisor.getState"), "an answer");
  await lab.until(() => lab.read("out") === "done\n", "they are made");
  await lab.until(() => childrenOf(daemon).length === 1, "only the program is left");
  await lab.until(() => lab.logged(/reaped unknown pid/).length === 10_000, "each is told once");
  signal(daemon, "SIGTERM");
  assert.equal(await outside.end(), 0);
});

for (const name of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  initTest(`PID 1 ends with status 0 by ${name}, in order and with everything`, async (lab) => {
    const script = `sh -c 'setsid sleep 1001 & trap "echo asked; exit 0" TERM; echo up; wait'`;
    lab.config(program("web", script, { stdout_logfile: "{dir}/out" }));
    const { outside, daemon } = await asInit(lab, daemonIn(lab));
    const web = await lab.until(() => childrenOf(daemon)[0], "a program");
    const runaway = await lab.until(() => childrenOf(web)[0], "a process in a session of its own");
    await lab.until(() => lab.read("out") === "up\n", "its trap is set");
    signal(daemon, name);
    assert.equal(await outside.end(), 0);
    assert.equal(lab.read("out"), "up\nasked\n");
    assert.deepEqual([web, runaway].filter(isAlive), []);
    assert.ok(!fs.existsSync(lab.socket) && !fs.existsSync(lab.path("daemon.pid")));
  });

  initTest(`${name} to PID 1 is not lost while it reads its config`, async (lab) => {
    const config = lab.config(program("web"));
    const fifo = lab.path("fifo.conf");
    spawnSync("mkfifo", [fifo]);
    const { outside, daemon } = await asInit(lab, [VISOR, "daemon", "-n", "-c", fifo]);
    const catches = () => /[4-7c-f]...$/.test(procStatus(daemon, "SigCgt"));
    await lab.until(catches, "it would hear a SIGTERM");
    signal(daemon, name);
    fs.writeFileSync(fifo, fs.readFileSync(config));
    assert.equal(await outside.end(), 0);
  });
}

initTest("a SIGTERM at any moment of the start ends PID 1 with status 0", async (lab) => {
  lab.config(program("web"));
  for (const ms of [0, 2, 4, 6, 8, 11, 15, 20, 30, 60]) {
    const { outside, daemon } = await asInit(lab, daemonIn(lab));
    const catches = () => /[4-7c-f]...$/.test(procStatus(daemon, "SigCgt"));
    await lab.until(catches, "it would hear a SIGTERM");
    await sleep(ms);
    signal(daemon, "SIGTERM");
    assert.equal(await outside.end(), 0, `${ms} ms later`);
  }
});

test("a SIGTERM at any moment of the start ends a daemon that is not PID 1", async (lab) => {
  lab.config(program("web", "sleep 1002"));
  for (const ms of [0, 3, 6, 9, 12, 15, 20, 25, 30, 40, 60]) {
    const daemon = await lab.daemon([], { impatient: true });
    await sleep(ms);
    daemon.kill();
    const status = await daemon.end();
    assert.ok(status === 0 || (status === "SIGTERM" && !lab.log()), `${status} after ${ms} ms`);
    fs.rmSync(lab.path("daemon.log"), { force: true });
  }
});

/** What containers have in place of the daemon itself. */
const ENTRIES: readonly (readonly [name: string, command: (lab: Lab) => string[]])[] = [
  ["tini", (lab) => ["tini", "--", ...daemonIn(lab)]],
  ["tini -g", (lab) => ["tini", "-g", "--", ...daemonIn(lab)]],
  ["sh -c", (lab) => ["sh", "-c", daemonIn(lab).join(" ")]],
  [
    "a script that ends in exec",
    (lab) => [lab.script("entry", `#!/bin/sh\nexec ${daemonIn(lab).join(" ")}\n`)],
  ],
  ["a script that waits, with a trap", (lab) => [
    lab.script(
      "entry",
      `#!/bin/sh\n${daemonIn(lab).join(" ")} &\ntrap 'kill -TERM $!' TERM INT\nwait $!\nwait $!\n`,
    ),
  ]],
];

for (const [name, command] of ENTRIES) {
  initTest(`SIGTERM ends the daemon with status 0 behind ${name}`, async (lab) => {
    if (name.startsWith("tini") && !have("tini")) return skipAloud("tini is not installed");
    lab.config(
      program(
        "web",
        "sh -c 'trap \"echo asked; exit\" TERM; echo up; while :; do sleep 0.05; done'",
        {
          stdout_logfile: "{dir}/out",
        },
      ),
    );
    const { outside, pid, daemon } = await asInit(lab, command(lab));
    await lab.until(() => lab.read("out") === "up\n", "its trap is set");
    // A shell hands no signal on: what is asked of it as PID 1 is lost before we could hear it.
    signal(name === "sh -c" ? daemon : pid, "SIGTERM");
    assert.equal(await outside.end(), 0);
    assert.equal(lab.read("out"), "up\nasked\n");
    assert.ok(!fs.existsSync(lab.socket));
  });
}

/** Becomes its arguments with two children: one that has ended, and one that sleeps. */
const PARENT = `
my $dead = fork // die; exit unless $dead;
my $sleeper = fork // die; exec "sleep", "1003" unless $sleeper;
do { open my $stat, "/proc/$dead/stat"; $_ = <$stat> } until / Z /;
exec @ARGV;
`;

initTest("children of whoever became the daemon are reaped, dead or alive", async (lab) => {
  lab.write("parent.pl", PARENT);
  lab.config(program("web"));
  const { outside, daemon } = await asInit(lab, ["perl", lab.path("parent.pl"), ...daemonIn(lab)]);
  await lab.until(() => lab.logged(/spawned: 'web'/).length > 0, "a program");
  await lab.until(() => childrenOf(daemon).length === 2, "the dead one is reaped");
  const sleeper = childrenOf(daemon).find((pid) => readProc(pid, "cmdline").includes("1003"));
  signal(sleeper!, "SIGKILL");
  await lab.until(() => childrenOf(daemon).length === 1, "the other one is reaped");
  assert.equal(lab.logged(/reaped unknown pid/).length, 2);
  signal(daemon, "SIGTERM");
  assert.equal(await outside.end(), 0);
});

test("what a program leaves behind becomes the daemon's, also where that is not PID 1", async (lab) => {
  lab.config(
    program("web", "sh -c 'setsid sleep 1004 & echo $! > {dir}/pid'", { autorestart: "false" }),
    "loglevel=debug",
  );
  const daemon = await lab.daemon();
  const orphan = Number(await lab.until(() => lab.read("pid"), "the orphan"));
  await lab.until(() => parentOf(orphan) === daemon.pid, "it is adopted");
  signal(orphan, "SIGKILL");
  await lab.until(() => !fs.existsSync(`/proc/${orphan}`), "it is reaped");
  await lab.until(() => lab.logged(/reaped/).length > 0, "it is told");
  assert.deepEqual(lab.logged(/reaped/), [
    `DEBG reaped unknown pid ${orphan} (terminated by SIGKILL)`,
  ]);
});

const HANDLER = `
import os, signal, sys
from pathlib import Path
sys.stdout.write("READY\\n"); sys.stdout.flush()
header = dict(word.split(":") for word in sys.stdin.readline().split())
sys.stdin.read(int(header["len"]))
os.kill(int(sys.argv[1]) if len(sys.argv) > 1 else os.getppid(), signal.SIGQUIT)
sys.stdin.readline()
`;

/** As they stand in configurations of images that are to end when a program is FATAL. */
const DIE_ON_FATAL = [
  `sh -c "printf 'READY\\n' && while read line; do kill -SIGQUIT $PPID; done < /dev/stdin"`,
  `sh -c "echo READY && read line && kill -SIGQUIT $PPID"`,
  `bash -c "printf 'READY\\n' && while read line; do kill -TERM 1; done"`,
  `sh -c "exec python3 ./event_handler.py $PPID"`,
  `python3 {dir}/kill_supervisor.py`,
  `bash -c "echo READY; read line; kill -3 $(cat {dir}/daemon.pid)"`,
];

for (const command of DIE_ON_FATAL) {
  initTest(`a listener ends the container at the first FATAL: ${command}`, async (lab) => {
    for (const name of ["event_handler.py", "kill_supervisor.py"]) lab.write(name, HANDLER);
    // In images with these commands sh is one that knows signals by their long names.
    lab.script("bin/sh", '#!/bin/sh\nexec bash "$@"\n');
    lab.config(
      program("hopeless", "false", { startsecs: 1, startretries: 0 }) + program("web") +
        section("eventlistener:die", {
          command,
          events:
            "PROCESS_STATE_FATAL,PROCESS_STATE_EXITED,PROCESS_STATE_BACKOFF,PROCESS_STATE_UNKNOWN",
          directory: "{dir}",
          environment: `PATH="{dir}/bin:%(ENV_PATH)s"`,
        }),
    );
    const { outside } = await asInit(lab, daemonIn(lab));
    assert.equal(await outside.end(), 0);
    assert.equal(
      lab.logged(/^WARN received SIG(QUIT|TERM) indicating exit request$/).length > 0,
      true,
    );
    assert.ok(!fs.existsSync(lab.socket));
  });
}
