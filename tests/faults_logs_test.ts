import assert from "node:assert/strict";
import fs from "node:fs";
import {
  cpuSeconds,
  isRoot,
  type Lab,
  labTests,
  procStatus,
  program,
  section,
  signal,
  skipAloud,
  sleep,
} from "./support/lab.ts";
import { daemonWithDevLog, daemonWithDisk, startLogDaemon } from "./support/faults.ts";

const test = labTests();

async function feed(lab: Lab, name: string, text: string): Promise<void> {
  await lab.rpc("supervisor.sendProcessStdin", name, text);
}

function sizeOf(path: string): number {
  return fs.existsSync(path) ? fs.statSync(path).size : 0;
}

/** For each number on its stdin that many bytes, then a file that says so. */
const BULK = `sh -c 'while read -r n; do head -c $n /dev/zero; echo $n >>{dir}/done; done'`;
const BULK_BYTES = 5_000_000;

test("a full disk blocks no program; what is lost is counted, told once, and writing goes on", async (lab) => {
  if (!isRoot) return skipAloud("a small disk needs root");
  const rotated = { stdout_logfile_maxbytes: 0 };
  lab.config(
    program("bulk", BULK, { stdout_logfile: "{dir}/disk/bulk.log", ...rotated }) +
      program("crash", "sh -c 'echo crash; exit 1'", {
        stdout_logfile: "{dir}/disk/crash.log",
        stderr_logfile: "NONE",
        ...rotated,
      }),
  );
  const disk = await daemonWithDisk(lab, 512);
  await lab.until(() => sizeOf(disk.file("crash.log")) >= 5 * 6, "a program that crashes writes");
  disk.fill();
  fs.truncateSync(disk.file("crash.log"), 0);
  disk.fill();
  await feed(lab, "bulk", `${BULK_BYTES}\n`);
  await lab.until(
    () => lab.read("done") === `${BULK_BYTES}\n`,
    "the program has written everything",
  );
  const kept = sizeOf(disk.file("bulk.log"));
  const restarts = () => lab.logged(/spawned: 'crash'/).length;
  const before = restarts();
  await lab.until(() => restarts() >= before + 2, "the other one goes on crashing");
  disk.free();
  await lab.until(() => lab.logged(/crash\.log works again/).length > 0, "one works again");
  await feed(lab, "bulk", "1000\n");
  await lab.until(() => lab.logged(/bulk\.log works again/).length > 0, "the other works again");
  assert.deepEqual(lab.logged(/cannot write .*bulk/), [
    `WARN cannot write ${disk.path}/bulk.log: ENOSPC; output of 'bulk' is dropped until it works`,
  ]);
  assert.deepEqual(lab.logged(/bulk\.log works again/), [
    `INFO writing ${disk.path}/bulk.log works again; ${
      BULK_BYTES - kept
    } bytes of 'bulk' were dropped`,
  ]);
  assert.equal(sizeOf(disk.file("bulk.log")), kept + 1000);
  assert.equal(lab.logged(/cannot write .*crash/).length, 1);
});

test("an activity log and a stderr on the same full disk take nothing down, and say so afterwards", async (lab) => {
  if (!isRoot) return skipAloud("a small disk needs root");
  lab.config(
    program("web", "sleep 1000") +
      program("out", "sh -c 'echo hello; exec sleep 1000'", {
        stdout_logfile: "{dir}/disk/out.log",
      }),
  );
  lab.write("s.conf", lab.read("s.conf").replace(/^logfile=.*$/m, "logfile={dir}/disk/d.log"));
  const disk = await daemonWithDisk(lab, 64, ">disk/out 2>disk/err");
  const log = () => fs.readFileSync(disk.file("d.log"), "utf8");
  const restart = async () => {
    const { pid } = await lab.state("web", "RUNNING");
    signal(pid, "SIGKILL");
    await lab.until(async () => ![0, pid].includes((await lab.info("web")).pid), "it is back");
  };
  disk.fill();
  // What is left of its last page goes first.
  for (let tries = 0; tries < 40 && log().length % 4096 !== 0; tries++) {
    assert.equal((await lab.ctl("restart", "web")).stdout, "web: stopped\nweb: started\n");
  }
  const full = log();
  for (let crash = 0; crash < 3; crash++) await restart();
  assert.equal((await lab.ctl("restart", "out")).stdout, "out: stopped\nout: started\n");
  assert.equal(log(), full, "the disk is full");
  disk.free();
  await restart();
  await lab.until(() => /works again/.test(log()), "it is told in the log");
  assert.match(log(), /WARN writing the activity log \S+ works again; [1-9]\d* bytes were lost\n/);
  assert.equal((log().match(/activity log/g) ?? []).length, 1);
});

test("a folder that becomes read-only stops rotation, not the log; that is told once, and its end", async (lab) => {
  fs.mkdirSync(lab.path("logs"));
  lab.config(program("cat", "cat", {
    stdout_logfile: "{dir}/logs/cat.log",
    stdout_logfile_maxbytes: 100,
    stdout_logfile_backups: 1,
  }));
  if (isRoot) {
    lab.write("s.conf", lab.read("s.conf").replace(/^user=.*\n/m, ""));
    for (const path of [lab.dir, lab.path("logs")]) fs.chownSync(path, 65534, 65534);
  }
  await lab.daemon([], isRoot ? { uid: 65534, gid: 65534 } : {});
  await lab.state("cat", "RUNNING");
  const line = (n: number) => `${n}`.padEnd(59, ".") + "\n";
  const feedAll = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      await feed(lab, "cat", line(n));
      await lab.until(() => all().includes(line(n)), `line ${n}`);
    }
  };
  const all = () => lab.read("logs/cat.log.1") + lab.read("logs/cat.log");
  fs.chmodSync(lab.path("logs"), 0o555);
  await feedAll(0, 6);
  assert.equal(lab.read("logs/cat.log").length, 360);
  assert.equal(lab.logged(/cannot write .*: EACCES/).length, 1);
  fs.chmodSync(lab.path("logs"), 0o755);
  await feedAll(6, 8);
  assert.equal(all(), Array.from({ length: 8 }, (_, n) => line(n)).join(""));
  assert.match(lab.logged(/works again/).join(), /works again; 0 bytes of 'cat' were dropped$/);
});

test("a program whose log folder is away or read-only at its start comes up when it is back", async (lab) => {
  lab.config(program("web", "sleep 1000", {
    stdout_logfile: "{dir}/logs/web.log",
    startretries: 20,
    autostart: "false",
  }));
  fs.mkdirSync(lab.path("logs"));
  await lab.daemon();
  fs.rmdirSync(lab.path("logs"));
  assert.equal((await lab.ctl("start", "web")).stdout, "web: ERROR (spawn error)\n");
  const { spawnerr } = await lab.state("web", "BACKOFF");
  assert.equal(spawnerr, "unknown error making dispatchers for 'web': ENOENT");
  fs.mkdirSync(lab.path("logs"));
  await lab.state("web", "RUNNING");
});

test("syslog may be away, come, be busy, freeze and go: no program waits, and each loss is told once", async (lab) => {
  if (!isRoot) return skipAloud("a /dev/log of our own needs root");
  lab.config(section("program:say", {
    command: `sh -c 'while read -r n; do seq -f "$n-%%.0f" $n; echo $n >>{dir}/done; done'`,
    startsecs: 0,
    stdout_syslog: "true",
    stdout_logfile: "NONE",
  }));
  const daemon = await daemonWithDevLog(lab);
  const say = async (count: number) => {
    const before = lab.read("done");
    await feed(lab, "say", `${count}\n`);
    await lab.until(() => lab.read("done") === `${before}${count}\n`, "it has said everything");
  };
  await lab.state("say", "RUNNING");
  await say(3);
  await lab.until(() => lab.logged(/cannot reach syslog/).length === 1, "it is told");
  const path = lab.path("log.sock");
  let syslog = await startLogDaemon(lab, path);
  await sleep(1000); // it is not looked for more often
  await say(1);
  await lab.until(() => syslog.lines().length === 1, "a line");
  assert.deepEqual(syslog.lines(), ["visor: say 1-1"]);
  assert.match(lab.logged(/works again/).join(), /^INFO syslog works again; 3 lines were dropped$/);
  await say(2000);
  // Where two reads share a line it comes in two.
  const burst = () =>
    syslog.lines().slice(1).map((line) => line.replace("visor: say ", "")).join("");
  const whole = Array.from({ length: 2000 }, (_, n) => `2000-${n + 1}`).join("");
  await lab.until(() => burst() === whole, "every line of a burst");
  signal(syslog.pid, "SIGSTOP");
  await say(100_000);
  assert.equal((await lab.ctl("status")).stdout.split(/ +/)[1], "RUNNING");
  await lab.until(() => lab.logged(/cannot reach syslog: EAGAIN/).length === 1, "it is told");
  signal(syslog.pid, "SIGCONT");
  await lab.until(() => lab.logged(/works again/).length === 2, "and it heals");
  const lost = Number(/; (\d+) lines/.exec(lab.logged(/works again/)[1]!)![1]);
  const told = () => syslog.lines().length + lost;
  await lab.until(() => told() >= 102_001, "what was not lost is there");
  assert.ok(lost > 0 && told() < 102_200, `${lost} lost, ${told()} in all`);
  await syslog.end();
  await say(10);
  syslog = await startLogDaemon(lab, path);
  await sleep(1000);
  await say(7);
  await lab.until(() => lab.logged(/works again; 10 lines/).length === 1, "it heals again");
  assert.equal(lab.logged(/cannot reach syslog/).length, 3);
  const before = cpuSeconds(daemon.pid);
  await sleep(500);
  assert.ok(cpuSeconds(daemon.pid) - before < 0.05, "idle again");
});

test("an activity log in syslog without a syslog takes nothing down, and comes back", async (lab) => {
  if (!isRoot) return skipAloud("a /dev/log of our own needs root");
  lab.config(program("web"));
  lab.write("s.conf", lab.read("s.conf").replace(/^logfile=.*$/m, "logfile=syslog"));
  await daemonWithDevLog(lab);
  await lab.state("web", "RUNNING");
  assert.match((await lab.ctl("restart", "web")).stdout, /started/);
  assert.equal((lab.read("daemon.out").match(/cannot reach syslog/g) ?? []).length, 1);
  const syslog = await startLogDaemon(lab, lab.path("log.sock"));
  await sleep(1000);
  await lab.ctl("restart", "web");
  await lab.until(() => /success: web/.test(syslog.lines().join("\n")), "lines arrive");
  assert.match(syslog.lines().join("\n"), /INFO syslog works again; [1-9]\d* lines were dropped$/m);
});

for (
  const [how, megabytes, options] of [
    ["rotated", 1024, {}],
    ["looked through for messages", 256, { stdout_capture_maxbytes: "1MB" }],
    ["in syslog and events", 256, { stdout_syslog: "true", stdout_events_enabled: "true" }],
  ] as const
) {
  test(`${megabytes} MB without a newline, ${how}, cost the daemon no memory`, async (lab) => {
    const listener = section("eventlistener:deaf", {
      command: "sleep 1000",
      events: "PROCESS_LOG,PROCESS_COMMUNICATION",
    });
    lab.config(
      program(
        "flood",
        `sh -c 'head -c ${megabytes}M /dev/zero | tr "\\\\000" x; touch {dir}/done'`,
        {
          stdout_logfile: "{dir}/flood.log",
          stdout_logfile_maxbytes: "4MB",
          stdout_logfile_backups: 1,
          autorestart: "false",
          ...options,
        },
      ) + listener,
    );
    const daemon = await lab.daemon();
    await lab.until(() => fs.existsSync(lab.path("done")), "it is through", 60_000);
    await lab.state("flood", "EXITED");
    const chunk = 1_048_576;
    const MB = 1_048_576;
    const backup = sizeOf(lab.path("flood.log.1"));
    assert.ok(backup >= 4 * MB && backup <= 4 * MB + chunk, `${backup} bytes`);
    assert.ok(sizeOf(lab.path("flood.log")) < 4 * MB);
    assert.match(lab.read("flood.log"), /^x*$/);
    const peak = Number(procStatus(daemon.pid, "VmHWM").replace(" kB", ""));
    assert.ok(peak < 200_000, `${peak} kB at most`);
  });
}
