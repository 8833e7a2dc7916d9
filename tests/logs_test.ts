import assert from "node:assert/strict";
import fs from "node:fs";
import process from "node:process";
import { isRoot, type Lab, labTests, program, sleep, VISOR } from "./support/lab.ts";

const test = labTests();

/** Sends a line to a program that echoes it. */
async function feed(lab: Lab, name: string, text: string): Promise<void> {
  await lab.rpc("supervisor.sendProcessStdin", name, text);
}

function files(lab: Lab, start: string): string[] {
  return fs.readdirSync(lab.dir).filter((name) => name.startsWith(start)).toSorted();
}

/** `ctl tail -f` or the like, going on; its output so far. */
function follow(
  lab: Lab,
  ...words: string[]
): { text: () => string; interrupt: () => Promise<number | null> } {
  const child = lab.start([VISOR, "ctl", "-c", lab.conf, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const pipe of [child.stdout!, child.stderr!]) {
    pipe.setEncoding("utf8");
    pipe.on("data", (piece: string) => text += piece);
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    text: () => text,
    interrupt: () => {
      process.kill(child.pid!, "SIGINT");
      return ended;
    },
  };
}

test("a log that reached its size is rotated, the oldest backup goes, and no byte is lost", async (lab) => {
  lab.config(program("cat", "cat", {
    stdout_logfile: "{dir}/cat.log",
    stdout_logfile_maxbytes: 100,
    stdout_logfile_backups: 3,
  }));
  await lab.daemon();
  const line = (n: number) => `${n}`.padEnd(49, ".") + "\n";
  for (let n = 1; n <= 11; n++) {
    await feed(lab, "cat", line(n));
    await lab.until(
      () => files(lab, "cat.log").some((name) => lab.read(name).includes(line(n))),
      `line ${n}`,
    );
  }
  assert.deepEqual(files(lab, "cat.log"), ["cat.log", "cat.log.1", "cat.log.2", "cat.log.3"]);
  assert.equal(lab.read("cat.log"), line(11));
  assert.equal(lab.read("cat.log.1"), line(9) + line(10));
  assert.equal(lab.read("cat.log.3"), line(5) + line(6));
});

test("rotation, clear and reopening leave a log to the user and group that it was given to", async (lab) => {
  const [uid, gid] = isRoot ? [1234, 5678] : [process.getuid!(), process.getgid!()];
  lab.config(program("cat", "cat", {
    stdout_logfile: "{dir}/cat.log",
    stdout_logfile_maxbytes: 50,
    stdout_logfile_backups: 1,
  }));
  const daemon = await lab.daemon();
  await lab.state("cat", "RUNNING");
  const path = lab.path("cat.log");
  fs.chownSync(path, uid, gid);
  fs.chmodSync(path, 0o620);
  const renewals: (readonly [string, () => unknown])[] = [
    ["rotation", () => feed(lab, "cat", "x".repeat(50))],
    ["clear", () => lab.ctl("clear", "cat")],
    ["reopening", () => (fs.renameSync(path, lab.path("away")), daemon.kill("SIGUSR2"))],
  ];
  for (const [how, renew] of renewals) {
    const { ino } = fs.statSync(path);
    fs.linkSync(path, lab.path(`${ino}.kept`)); // so that its number is not given again
    await renew();
    const given = () => {
      const now = fs.statSync(path);
      return now.ino !== ino && `${now.uid}:${now.gid} ${now.mode & 0o777}`;
    };
    const wanted = `${uid}:${gid} ${0o620}`;
    await lab.until(() => given() === wanted, `${how} makes a file of ${wanted}`, 5000);
  }
});

test("the activity log rotates too", async (lab) => {
  lab.config(program("web"), "logfile_maxbytes=400\nlogfile_backups=2");
  await lab.daemon();
  for (let n = 0; n < 6; n++) await lab.ctl("restart", "web");
  assert.deepEqual(files(lab, "daemon.log"), ["daemon.log", "daemon.log.1", "daemon.log.2"]);
  for (const name of ["daemon.log.1", "daemon.log.2"]) {
    const { size } = fs.statSync(lab.path(name));
    assert.ok(size >= 400 && size < 600, `${name}: ${size}`);
  }
});

test("a log whose folder was removed is written again when the folder is back, and the loss is told", async (lab) => {
  fs.mkdirSync(lab.path("logs"));
  lab.config(program("tick", "sh -c 'while :; do echo tick; sleep 0.02; done'", {
    stdout_logfile: "{dir}/logs/tick.log",
    stdout_logfile_maxbytes: 200,
    stdout_logfile_backups: 1,
  }));
  await lab.daemon();
  await lab.until(() => fs.existsSync(lab.path("logs/tick.log.1")), "a rotation");
  fs.rmSync(lab.path("logs"), { recursive: true });
  await lab.until(() => lab.logged(/cannot write .*tick\.log/).length > 0, "the trouble is told");
  await sleep(300);
  assert.equal((await lab.info("tick")).statename, "RUNNING");
  fs.mkdirSync(lab.path("logs"));
  await lab.until(() => lab.read("logs/tick.log").includes("tick"), "writing goes on");
  const [healed] = lab.logged(/works again/);
  assert.match(
    healed!,
    /INFO writing .*tick\.log works again; [1-9]\d* bytes of 'tick' were dropped/,
  );
  assert.equal(lab.logged(/cannot write/).length, 1);
});

test("an activity log that cannot be written takes nothing down", async (lab) => {
  lab.config(program("web"), "logfile=/dev/full\nlogfile_maxbytes=0");
  await lab.daemon();
  assert.match((await lab.ctl("restart", "web")).stdout, /web: started/);
  assert.match(lab.read("daemon.out"), /Cannot write the activity log \/dev\/full: ENOSPC/);
});

for (const kind of ["pipe", "file"] as const) {
  test(`/dev/stdout as a log goes to the daemon's own stdout, a ${kind}, and is never rotated`, async (lab) => {
    lab.config(
      program(
        "out",
        "sh -c 'i=0; while [ $i -lt 50 ]; do echo out-line-$i; i=$((i+1)); done; exec sleep 1000'",
        {
          stdout_logfile: "/dev/stdout",
          stdout_logfile_maxbytes: 20,
        },
      ) +
        program("err", "sh -c 'echo err-line >&2; exec sleep 1000'", {
          stderr_logfile: "/dev/fd/2",
        }),
      "silent=true",
    );
    const daemon = `'${VISOR}' daemon -n -c '${lab.conf}'`;
    const to = kind === "file" ? `>>'${lab.path("all")}'` : `| cat >>'${lab.path("all")}'`;
    lab.start(["sh", "-c", `(${daemon} 2>&1) ${to}`], { stdio: "ignore" });
    await lab.until(
      () => /out-line-49\n/.test(lab.read("all")) && /err-line/.test(lab.read("all")),
      "output",
    );
    const lines = lab.read("all").split("\n").filter((line) => line.startsWith("out-line"));
    assert.equal(lines.length, 50);
    assert.deepEqual(files(lab, "all"), ["all"]);
    assert.doesNotMatch(lab.log(), /cannot write|rotat|seek/i);
  });
}

test("NONE keeps nothing, AUTO makes files of mode 0600 that the next start removes", async (lab) => {
  const say = "sh -c 'echo hello; exec sleep 1000'";
  lab.config(
    program("auto", say) + program("none", say, { stdout_logfile: "NONE", stderr_logfile: "NONE" }),
    "identifier=lab",
  );
  lab.write("foreign-stdout---other-abcdefgh.log", "kept");
  const daemon = await lab.daemon();
  const { stdout_logfile } = await lab.state("auto", "RUNNING");
  await lab.until(() => fs.readFileSync(stdout_logfile, "utf8") === "hello\n", "output");
  assert.match(stdout_logfile, /\/auto-stdout---lab-[a-z0-9_]{8}\.log$/);
  assert.equal(fs.statSync(stdout_logfile).mode & 0o777, 0o600);
  assert.equal((await lab.info("none")).stdout_logfile, "");
  assert.deepEqual(files(lab, "none"), []);
  fs.writeFileSync(`${stdout_logfile}.1`, "a backup");
  daemon.kill();
  await daemon.end();
  await lab.daemon();
  assert.ok(!fs.existsSync(stdout_logfile));
  assert.ok(!fs.existsSync(`${stdout_logfile}.1`));
  assert.equal(lab.read("foreign-stdout---other-abcdefgh.log"), "kept");
});

test("AUTO logs stay with nocleanup, and over a restart of the program", async (lab) => {
  lab.config(program("auto", "sh -c 'echo hello; exec sleep 1000'"), "nocleanup=true");
  const daemon = await lab.daemon();
  const { stdout_logfile } = await lab.state("auto", "RUNNING");
  await lab.ctl("restart", "auto");
  assert.equal((await lab.info("auto")).stdout_logfile, stdout_logfile);
  await lab.until(() => fs.readFileSync(stdout_logfile, "utf8") === "hello\nhello\n", "both runs");
  daemon.kill();
  await daemon.end();
  await lab.daemon();
  assert.ok(fs.existsSync(stdout_logfile));
});

test("tail -f goes on through rotation, clear and truncation", async (lab) => {
  lab.config(program("cat", "cat", {
    stdout_logfile: "{dir}/cat.log",
    stdout_logfile_maxbytes: 1000,
    stdout_logfile_backups: 2,
  }));
  await lab.daemon();
  await lab.state("cat", "RUNNING");
  await feed(lab, "cat", "before\n");
  await lab.until(() => lab.read("cat.log") === "before\n", "output");
  const tail = follow(lab, "tail", "-f", "cat");
  const seen = (text: string) => lab.until(() => tail.text().includes(text), `tail shows ${text}`);
  await seen("==> Press Ctrl-C to exit <==\nbefore\n");
  for (let n = 0; n < 60; n++) await feed(lab, "cat", `rotated ${n}`.padEnd(99, ".") + "\n");
  await seen("rotated 59.");
  const numbers = [...tail.text().matchAll(/rotated (\d+)/g)].map((match) => Number(match[1]));
  assert.deepEqual(numbers, Array.from({ length: 60 }, (_, n) => n));
  await lab.ctl("clear", "cat");
  await feed(lab, "cat", "cleared\n");
  await seen("cleared\n");
  fs.truncateSync(lab.path("cat.log"));
  await seen("==> File truncated <==\n");
  await feed(lab, "cat", "truncated\n");
  await seen("\ntruncated\n");
  assert.equal(await tail.interrupt(), 0);
});

test("maintail -f shows the activity log as it grows", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  const tail = follow(lab, "maintail", "-f");
  await lab.until(() => tail.text().includes("supervisord started"), "what was there");
  await lab.ctl("stop", "web");
  await lab.until(() => tail.text().includes("stopped: web"), "what comes");
  assert.equal(await tail.interrupt(), 0);
});

test("tail -f of many readers ends with the readers and leaves no descriptor behind", async (lab) => {
  lab.config(program("cat", "cat", { stdout_logfile: "{dir}/cat.log" }));
  const daemon = await lab.daemon();
  await lab.state("cat", "RUNNING");
  await feed(lab, "cat", "hello\n");
  const open = () => fs.readdirSync(`/proc/${daemon.pid}/fd`).length;
  const before = open();
  const tails = Array.from({ length: 8 }, () => follow(lab, "tail", "-f", "cat"));
  for (const tail of tails) await lab.until(() => tail.text().includes("hello"), "a reader reads");
  await Promise.all(tails.map((tail) => tail.interrupt()));
  await lab.until(() => open() <= before, `only ${before} descriptors are open`);
});

test("a tail cuts no character in two and bytes that are no text do not break it", async (lab) => {
  const bytes = "\\303\\251\\377\\033[31m\\000x\\n";
  lab.config(
    program("odd", `sh -c 'printf "${bytes}"; exec sleep 1000'`, {
      stdout_logfile: "{dir}/odd.log",
    }),
  );
  await lab.daemon();
  await lab.until(() => lab.read("odd.log").endsWith("x\n"), "output");
  const { stdout, status } = await lab.ctl("tail", "odd");
  assert.equal(status, 0);
  assert.match(stdout, /^é\ufffd.*x\n\n$/s);
  assert.deepEqual([...fs.readFileSync(lab.path("odd.log"))].slice(0, 3), [0xc3, 0xa9, 0xff]);
});

test("strip_ansi takes escapes out of the log and leaves the rest", async (lab) => {
  lab.config(
    program("red", `sh -c 'printf "\\033[1;31mred\\033[0m \\033[2Kdone\\n"; exec sleep 1000'`, {
      stdout_logfile: "{dir}/red.log",
    }),
    "strip_ansi=true",
  );
  await lab.daemon();
  await lab.until(() => lab.read("red.log") === "red done\n", "stripped output");
});
