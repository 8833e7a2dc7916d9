/** What the daemon takes of the machine, and what it is in the machine's process list. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { have, labTests, program, readProc, skipAloud, VISOR } from "./support/lab.ts";

const test = labTests();

const SHOWS_ENVIRONMENT = `sh -c 'env > env; exec sleep 1000'`;

test("what visor sets for its runtime does not reach programs; what its caller set does", async (lab) => {
  lab.config(program("web", SHOWS_ENVIRONMENT, { directory: lab.dir }));
  const env = { BUN_GC_TIMER_INTERVAL: "5000", "%": "%(x)s" };
  const daemon = await lab.daemon([], { env });
  await lab.until(() => lab.read("env").includes("BUN_GC_TIMER_INTERVAL=5000\n"), "it has run");
  assert.match(readProc(daemon.pid, "environ"), /\0VISOR_SETTINGS=BUN_JSC/);
  assert.doesNotMatch(lab.read("env"), /VISOR_SETTINGS/);
});

test("programs find nothing of visor's own in their environment", async (lab) => {
  lab.config(program("web", SHOWS_ENVIRONMENT, { directory: lab.dir }));
  const daemon = await lab.daemon();
  await lab.until(() => lab.read("env").includes("SUPERVISOR_ENABLED=1\n"), "it has run");
  assert.match(readProc(daemon.pid, "environ"), /BUN_GC_TIMER_INTERVAL=/);
  assert.doesNotMatch(lab.read("env"), /VISOR_SETTINGS|BUN_GC/);
});

for (const foreground of [true, false]) {
  const where = foreground ? "foreground" : "background";
  test(`in the ${where} the daemon has the name it was called by`, async (lab) => {
    const link = lab.path("supervisord");
    fs.symlinkSync(VISOR, link);
    lab.config(program("web"));
    const words = ["-c", lab.conf, ...(foreground ? ["-n"] : [])];
    if (foreground) await lab.daemon([], { command: [link, ...words] });
    else assert.equal((await lab.run([link, ...words])).status, 0);
    const pid = Number(lab.read("daemon.pid"));
    assert.equal(readProc(pid, "comm"), "supervisord\n");
    assert.deepEqual(readProc(pid, "cmdline").split("\0").slice(0, -1), [link, ...words]);
  });
}

test("descriptors that the caller hands on can be log files", async (lab) => {
  lab.config(
    program("web", "sh -c 'echo hello; exec sleep 1000'", { stdout_logfile: "/dev/fd/9" }),
  );
  const visor = `exec ${VISOR} daemon -n -c ${lab.conf} 9>>${lab.path("nine")}`;
  await lab.daemon([], { command: ["sh", "-c", visor] });
  await lab.until(() => lab.read("nine") === "hello\n", "the output is there");
});

test("a daemon that has started keeps little of it in memory", async (lab) => {
  lab.config(program("web"));
  const daemon = await lab.daemon();
  await lab.until(() => {
    const text = readProc(daemon.pid, "smaps_rollup");
    return Number(/^Rss: +(\d+) kB/m.exec(text)?.[1]) < 40_000;
  }, "less than 40 MB are resident");
  assert.match((await lab.ctl("status")).stdout, /^web +RUNNING/);
});

test("a daemon that has nothing to do does not wake up", async (lab) => {
  if (!have("strace")) return skipAloud("there is no strace");
  lab.config(program("web"));
  const daemon = await lab.daemon();
  await lab.until(
    async () => {
      const strace = [
        "timeout",
        "4",
        "strace",
        "-qq",
        "-p",
        `${daemon.pid}`,
        "-o",
        lab.path("trace"),
      ];
      await lab.run(strace);
      return lab.read("trace").split("\n").filter((line) => line !== "").length <= 1;
    },
    "four seconds without a system call of its main thread",
    60_000,
  );
});
