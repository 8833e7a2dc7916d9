/** The daemon's exit status when programs end it. */
import assert from "node:assert/strict";
import { isAlive, labTests, program, signal } from "./support/lab.ts";

const test = labTests();

interface Case {
  readonly name: string;
  /** Of `[supervisord]`. */
  readonly global?: string;
  readonly command: string;
  readonly options?: Readonly<Record<string, string | number>>;
  readonly status: number;
  readonly state: string;
}

const cases: readonly Case[] = [
  {
    name: "exit_on=exit ends the daemon with the status of a program that exits",
    command: `sh -c "exit 7"`,
    options: { exit_on: "exit", autorestart: "true" },
    status: 7,
    state: "EXITED",
  },
  {
    name: "exit_on=exit: success is success",
    global: "exit_on=exit",
    command: "true",
    status: 0,
    state: "EXITED",
  },
  {
    name: "exit_on=exit: an end before startsecs is an end, and is not tried again",
    command: `sh -c "exit 4"`,
    options: { exit_on: "exit", startsecs: 10 },
    status: 4,
    state: "BACKOFF",
  },
  {
    name: "exit_on=exit: quick success is success",
    command: "true",
    options: { exit_on: "exit", startsecs: 1 },
    status: 0,
    state: "BACKOFF",
  },
  {
    name: "exit_on=exit tells a signal as a shell does",
    command: `sh -c "kill -KILL $$"`,
    options: { exit_on: "exit" },
    status: 137,
    state: "EXITED",
  },
  {
    name: "exit_on=fatal ends the daemon with the status of the last try",
    global: "exit_on=fatal",
    command: `sh -c "exit 9"`,
    options: { startsecs: 10, startretries: 0 },
    status: 9,
    state: "FATAL",
  },
  {
    name: "exit_on=fatal ends the daemon with 70 for a program that cannot be run",
    global: "exit_on=fatal",
    command: "/no/such/program",
    options: { startretries: 0 },
    status: 70,
    state: "FATAL",
  },
];

for (const { name, global, command, options, status, state } of cases) {
  test(name, async (lab) => {
    const other = program("other", "sleep 1000", { exit_on: "none" });
    lab.config(program("main", command, { priority: 1000, ...options }) + other, global);
    const daemon = await lab.daemon([], { impatient: true });
    assert.equal(await daemon.end(), status);
    const said = `WARN shutting down with exit status ${status}: 'main' is ${state} (exit_on)`;
    assert.deepEqual(lab.logged(/shutting down with/), [said]);
    assert.equal(lab.logged(/stopped: other \(terminated by SIGTERM\)/).length, 1);
    assert.equal(lab.read("daemon.pid"), "");
  });
}

test("exit_on: a program's own value goes before that of [supervisord]", async (lab) => {
  const oneshot = program("oneshot", "true", { exit_on: "none" });
  const lost = program("lost", "/no/such/program", { exit_on: "none", startretries: 0 });
  lab.config(oneshot + lost + program("web"), "exit_on=exit");
  const daemon = await lab.daemon();
  await lab.state("oneshot", "EXITED");
  await lab.state("lost", "FATAL");
  assert.ok(isAlive(daemon.pid));
  assert.equal((await lab.ctl("stop", "web")).status, 0);
  assert.ok(isAlive(daemon.pid), "an operator's stop is not an exit");
  assert.equal((await lab.ctl("start", "web")).status, 0);
  assert.equal((await lab.ctl("signal", "KILL", "web")).status, 0);
  assert.equal(await daemon.end(), 137);
});

test("exit_on: what exits during a shutdown does not decide its status", async (lab) => {
  const slow =
    `sh -c "trap 'while ! test -e go; do sleep 0.05; done; exit' TERM; sleep 1000 & wait"`;
  const higher = { priority: 2, directory: lab.dir };
  lab.config(
    program("slow", slow, higher) + program("last", "sleep 1000", { priority: 1 }),
    "exit_on=exit",
  );
  const daemon = await lab.daemon();
  const { pid } = await lab.info("last");
  daemon.kill("SIGTERM");
  await lab.until(() => lab.logged(/waiting for last, slow to die/)[0], "it is stopping");
  signal(pid, "SIGKILL");
  await lab.until(() => lab.logged(/exited: last/)[0], "the other one has exited");
  lab.write("go", "");
  assert.equal(await daemon.end(), 0);
});

test("exit_on: a bad value is told with its place", async (lab) => {
  lab.config(program("web", "true", { exit_on: "sometimes" }));
  const { status, stderr } = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /s\.conf:\d+: .*exit_on.*expected one of fatal, exit, none, got "sometimes"/s,
  );
});
