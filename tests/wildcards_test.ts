import assert from "node:assert/strict";
import { isAlive, labTests, program } from "./support/lab.ts";

const test = labTests();

const FLEET = program("canary") + program("worker-1") + program("worker-2") +
  "[group:web]\nprograms=w1,w2\n" + program("w1") + program("w2");

test("a verb takes wildcards for the processes that match, and `!` for all others", async (lab) => {
  lab.config(FLEET);
  await lab.daemon();
  const before = await lab.ctl("pid", "all");
  const ran = async (...words: string[]) => {
    const { status, stdout } = await lab.ctl(...words);
    return [status, ...stdout.trimEnd().split("\n")];
  };
  assert.deepEqual(await ran("restart", "worker-*"), [
    0,
    "worker-1: stopped",
    "worker-2: stopped",
    "worker-1: started",
    "worker-2: started",
  ]);
  assert.deepEqual(await ran("stop", "we?:w[12]", "!w1"), [0, "web:w2: stopped"]);
  assert.deepEqual(await ran("stop", "!canary", "!worker-2"), [
    0,
    "web:w1: stopped",
    "web:w2: ERROR (not running)",
    "worker-1: stopped",
  ]);
  assert.deepEqual(await ran("stop", "!canray"), [1, "!canray: ERROR (no such process)"]);
  assert.deepEqual(await ran("start", "nobody-*", "w1"), [
    1,
    "nobody-*: ERROR (no such process)",
    "w1: ERROR (no such process)",
  ]);
  const [status, ...up] = await ran("status", "*", "!web:*", "!worker-1");
  assert.equal(status, 0);
  assert.match(up.join("\n"), /^canary +RUNNING .*\nworker-2 +RUNNING .*$/);
  const [canary] = before.stdout.split("\n");
  assert.ok(isAlive(Number(canary)));
  assert.equal((await lab.ctl("pid", "can*")).stdout, `${canary}\n`);
});

test("a process whose name has such characters is meant by its name", async (lab) => {
  lab.config(
    program("odd", "sleep 1000", { process_name: "w[1]" }) +
      program("plain", "sleep 1000", { process_name: "w1" }),
  );
  await lab.daemon();
  assert.equal((await lab.ctl("stop", "odd:w[1]")).stdout, "odd:w[1]: stopped\n");
  assert.equal((await lab.ctl("stop", "*:w[1]")).stdout, "plain:w1: stopped\n");
});

test("several processes are stopped at the same time, and reported as they were named", async (lab) => {
  const names = ["a", "b", "c", "d"];
  const slow = `sh -c 'trap "sleep 1; exit" TERM; while :; do sleep 0.05; done'`;
  lab.config(names.map((name) => program(name, slow)).join(""));
  await lab.daemon();
  await Promise.all(names.map((name) => lab.state(name, "RUNNING")));
  const stopping = lab.ctl("stop", "d", "b", "a", "c");
  for (const name of names) await lab.state(name, "STOPPING");
  assert.equal((await stopping).stdout, "d: stopped\nb: stopped\na: stopped\nc: stopped\n");
  // Each had got its SIGTERM before the first of them was down.
  const last = lab.log().lastIndexOf("waiting for ");
  assert.equal(lab.logged(/^INFO waiting for [a-d] to stop/).length, 4);
  assert.ok(last < lab.log().indexOf("INFO stopped:"));
});

test("a thousand names are one command", async (lab) => {
  lab.config(program("w", "sleep 1000", {
    numprocs: 1000,
    process_name: "%(program_name)s-%(process_num)d",
    autostart: "false",
    stdout_logfile: "NONE",
    stderr_logfile: "NONE",
  }));
  await lab.daemon();
  const names = Array.from({ length: 1000 }, (_, i) => `w:w-${i}`);
  const started = await lab.ctl("start", ...names);
  assert.deepEqual(started.stdout.trimEnd().split("\n"), names.map((name) => `${name}: started`));
  const stopped = await lab.ctl("stop", "w-*", "!w-7*");
  assert.equal(stopped.stdout.trimEnd().split("\n").length, 1000 - 111);
  assert.equal(stopped.status, 0);
});
