/** Commands around a program's life, and the ways to stop and reload it that are ours. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import {
  childrenOf,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  parentOf,
  program,
  readProc,
  signal,
  skipAloud,
} from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/hooks.conf", import.meta.url));

/** A program that writes where it is to a file of its folder, and goes on. */
const SLEEPER = "sleep 1000";

/** Those of this lab with such a command line. */
function running(lab: Lab, words: string): number[] {
  return lab.marked().filter((pid) =>
    readProc(pid, "cmdline").replaceAll("\0", " ") === `${words} `
  );
}

const exists = (lab: Lab, name: string) => lab.until(() => fs.existsSync(lab.path(name)), name);

test("the example of the README does what it says", async (lab) => {
  lab.write("s.conf", fs.readFileSync(EXAMPLE, "utf8"));
  await lab.daemon();
  const said = (text: string) => lab.until(() => lab.read("web.log") === text, text);
  await said("preparing\nup\n");
  assert.equal((await lab.ctl("reload-program", "web")).stdout, "web: reloaded\n");
  await said("preparing\nup\nreloaded\n");
  assert.equal((await lab.ctl("stop", "web")).stdout, "web: stopped\n");
  assert.equal(lab.read("web.log"), "preparing\nup\nreloaded\nended with 3\n");
  assert.deepEqual(lab.logged(/stopped: web/), ["WARN stopped: web (exit status 3)"]);

  const { stdout, status } = await lab.ctl("stop", "stubborn");
  assert.deepEqual([stdout, status], ["stubborn: stopped\n", 0]);
  assert.deepEqual(lab.logged(/stopped: stubborn/), [
    "WARN stopped: stubborn (terminated by SIGINT)",
  ]);

  const { pid } = await lab.info("forker");
  const found = () => running(lab, SLEEPER).filter((each) => each !== pid);
  const [escaped] = await lab.until(() => found().length === 1 ? found() : undefined, "it escaped");
  assert.equal((await lab.ctl("stop", "forker")).status, 0);
  assert.ok(!isAlive(pid) && !isAlive(escaped!));
});

test("a sequence may stand in stopsignal, and SIGKILL comes last", async (lab) => {
  const deaf = `sh -c "trap '' TERM INT QUIT; touch up; while :; do sleep 0.1; done"`;
  const options = {
    directory: lab.dir,
    stopsignal: "TERM:0.3,INT:0.3,QUIT:0.3",
    stopwaitsecs: 600,
  };
  lab.config(program("web", deaf, options));
  await lab.daemon();
  await exists(lab, "up");
  assert.equal((await lab.ctl("stop", "web")).status, 0);
  assert.deepEqual(
    lab.logged(/sending SIG|SIGKILL/).map((line) => line.replace(/\(\d+\)/, "(1)")),
    [
      "INFO sending SIGINT to 'web' (1)",
      "INFO sending SIGQUIT to 'web' (1)",
      "WARN killing 'web' (1) with SIGKILL",
      "WARN stopped: web (terminated by SIGKILL)",
    ],
  );
});

test("a stop_command that fails is followed by the signal, one that hangs by SIGKILL", async (lab) => {
  const options = { directory: lab.dir };
  const deaf = `sh -c "trap '' TERM; touch up; while :; do sleep 0.1; done"`;
  lab.config(
    program("fails", SLEEPER, { ...options, stop_command: "false", stopwaitsecs: 600 }) +
      program("missing", SLEEPER, { ...options, stop_command: "/no/such", stopwaitsecs: 600 }) +
      program("hangs", deaf, { ...options, stop_command: "sleep 1001", stopwaitsecs: 1 }),
  );
  await lab.daemon();
  await exists(lab, "up");
  assert.equal((await lab.ctl("stop", "fails", "missing", "hangs")).status, 0);
  // All of them at the same time: who is quicker is not said.
  assert.deepEqual(lab.logged(/stopped: /).toSorted(), [
    "WARN stopped: fails (terminated by SIGTERM)",
    "WARN stopped: hangs (terminated by SIGKILL)",
    "WARN stopped: missing (terminated by SIGTERM)",
  ]);
  assert.equal(lab.logged(/'fails': stop_command exited with 1/).length, 1);
  assert.equal(lab.logged(/'missing': stop_command: can't find command '\/no\/such'/).length, 1);
  await lab.until(() => running(lab, "sleep 1001").length === 0, "the hanging command is killed");
});

test("a pre_start that fails is a start that failed", async (lab) => {
  const options = { directory: lab.dir, startretries: 0 };
  lab.config(
    program("web", SLEEPER, { ...options, pre_start: `sh -c "echo why; exit 3"` }) +
      program("slow", SLEEPER, {
        ...options,
        pre_start: `sh -c "sleep 1001 & wait"`,
        pre_start_timeout: 0.3,
      }) +
      program("again", SLEEPER, {
        ...options,
        startretries: 3,
        restartdelaysecs: 0.1,
        pre_start: `sh -c "test -e tried && exit; touch tried; exit 1"`,
      }),
  );
  await lab.daemon();
  assert.equal((await lab.state("web", "FATAL")).spawnerr, "pre_start exited with 3");
  assert.match((await lab.ctl("status", "web")).stdout, /FATAL +pre_start exited with 3\n/);
  assert.equal((await lab.ctl("tail", "web")).stdout, "why\n\n");
  assert.equal((await lab.state("slow", "FATAL")).spawnerr, "pre_start did not end within 0.3 s");
  assert.deepEqual(running(lab, "sleep 1001"), [], "killed with its group");
  await lab.state("again", "RUNNING");
  assert.equal((await lab.ctl("start", "web")).stdout, "web: ERROR (spawn error)\n");
});

test("a stop ends a pre_start, and so does a shutdown", async (lab) => {
  const hangs = `sh -c "touch $SUPERVISOR_PROCESS_NAME.pre; sleep 1001"`;
  const options = { directory: lab.dir, pre_start: hangs, startsecs: 1 };
  lab.config(program("web", SLEEPER, options) + program("job", SLEEPER, options));
  const daemon = await lab.daemon();
  await exists(lab, "web.pre");
  await exists(lab, "job.pre");
  const { statename, pid } = await lab.info("web");
  assert.deepEqual([statename, pid], ["STARTING", 0]);
  assert.equal((await lab.ctl("stop", "web")).stdout, "web: stopped\n");
  assert.equal((await lab.info("web")).statename, "STOPPED");
  assert.equal(running(lab, "sleep 1001").length, 1, "that of the other one");
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.deepEqual(running(lab, "sleep 1001"), []);
  assert.deepEqual(lab.logged(/spawned/), []);
});

test("post_stop runs after every end, and a start and the daemon wait for it", async (lab) => {
  const waits =
    `sh -c "echo post $SUPERVISOR_EXIT_STATUS >>said; while ! test -e go; do sleep 0.05; done"`;
  const options = { directory: lab.dir, post_stop: waits, autorestart: "true" };
  lab.config(program("web", `sh -c "echo run >>said; exec sleep 1000"`, options));
  const daemon = await lab.daemon();
  const said = (text: string) => lab.until(() => lab.read("said") === text, text);
  await said("run\n");
  await lab.ctl("signal", "KILL", "web");
  await said("run\npost 137\n");
  await lab.state("web", "STARTING");
  assert.equal(lab.logged(/spawned: 'web'/).length, 1, "the restart waits");
  lab.write("go", "");
  await lab.state("web", "RUNNING");
  await said("run\npost 137\nrun\n");
  fs.rmSync(lab.path("go"));
  daemon.kill();
  await said("run\npost 137\nrun\npost 143\n");
  assert.ok(isAlive(daemon.pid), "the daemon waits");
  lab.write("go", "");
  assert.equal(await daemon.end(), 0);
});

test("a post_stop that hangs is killed after its time", async (lab) => {
  lab.config(program("web", SLEEPER, { post_stop: "sleep 1001", post_stop_timeout: 0.3 }));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  assert.equal((await lab.ctl("stop", "web")).stdout, "web: stopped\n");
  assert.deepEqual(lab.logged(/post_stop did/), ["WARN 'web': post_stop did not end within 0.3 s"]);
  assert.deepEqual(running(lab, "sleep 1001"), []);
});

test("commands run as the program's user, in its folder, with its environment", async (lab) => {
  if (!isRoot) return skipAloud("another user: needs root");
  fs.chmodSync(lab.dir, 0o755);
  const tell = `sh -c "id -un; pwd; echo $WHO $SUPERVISOR_PROCESS_NAME"`;
  const options = { user: "nobody", directory: "/usr", environment: `WHO="me"` };
  lab.config(program("web", SLEEPER, { ...options, pre_start: tell }));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  assert.equal((await lab.ctl("tail", "web")).stdout, "nobody\n/usr\nme web\n\n");
});

test("reload-program says of each what became of it", async (lab) => {
  const tell = `sh -c "echo $SUPERVISOR_PROCESS_PID >>{dir}/reloads; exit %(process_num)d"`;
  lab.config(
    program("w", SLEEPER, {
      numprocs: 2,
      process_name: "%(process_num)d",
      reload_command: tell,
    }) + program("plain") + program("down", SLEEPER, { autostart: "false", reload_signal: "HUP" }),
  );
  await lab.daemon();
  await lab.state("w:1", "RUNNING");
  const all = await lab.ctl("reload-program", "all");
  assert.deepEqual([all.stdout, all.status], [
    "w:0: reloaded\nw:1: ERROR (reload_command exited with 1)\n",
    1,
  ]);
  assert.equal(lab.logged(/WARN '1': reload_command exited with 1/).length, 1);
  const told = lab.read("reloads").trim().split("\n").map(Number).sort();
  const pids = [(await lab.info("w:0")).pid, (await lab.info("w:1")).pid].sort();
  assert.deepEqual(told, pids);
  const named = await lab.ctl("reload-program", "plain", "down", "w:*");
  assert.deepEqual(named.stdout.split("\n").slice(0, 2), [
    "plain: ERROR (it has no reload_signal or reload_command)",
    "down: ERROR (not running)",
  ]);
  const unknown = await lab.ctl("reload-program", "nobody");
  assert.deepEqual([unknown.stdout, unknown.status], ["Error: BAD_NAME: nobody\n", 1]);
  assert.equal((await lab.ctl("reload-program")).status, 2);
});

test("what a reload_command says does not make its program ready", async (lab) => {
  lab.config(program("w", SLEEPER, {
    readiness_log: "^up",
    reload_command: `sh -c "echo up"`,
    stdout_logfile: "{dir}/w.log",
  }));
  await lab.daemon();
  await lab.state("w", "RUNNING");
  assert.equal((await lab.ctl("reload-program", "w")).stdout, "w: reloaded\n");
  assert.equal(lab.read("w.log"), "up\n");
  assert.match((await lab.ctl("status", "w")).stdout, /not ready/);
});

test("stopscope=tree ends what a program left behind, and nobody else", async (lab) => {
  lab.script(
    "forks",
    `#!/bin/sh
setsid -f sleep 1001
setsid env -i sh -c 'trap "" TERM; sleep 1002; sleep 1003' &
exec sleep 1000
`,
  );
  const other = `sh -c "setsid -f sleep 1004; exec sleep 1000"`;
  lab.config(
    program("tree", lab.path("forks"), { stopscope: "tree", stopwaitsecs: 1 }) +
      program("other", other, { stopscope: "tree" }) + program("plain", other),
  );
  const daemon = await lab.daemon();
  lab.start(["setsid", "-f", "sleep", "1001"]);
  const { pid } = await lab.state("tree", "RUNNING");
  const count = (words: string) => running(lab, words).length;
  const clean = () => descendantsOf(daemon.pid).find((each) => isClean(each));
  const stubborn = await lab.until(clean, "it has forked");
  const shell = parentOf(stubborn);
  assert.equal(parentOf(shell), pid);
  // A lab knows its processes by their environment; these have none.
  const words = [shell, stubborn].map((each) => [each, readProc(each, "cmdline")] as const);
  lab.atEnd(() => {
    for (const [each, word] of words) {
      if (readProc(each, "cmdline") === word) signal(each, "SIGKILL");
    }
  });
  await lab.until(() => count("sleep 1001") === 2 && count("sleep 1004") === 2, "they have forked");
  assert.equal((await lab.ctl("stop", "tree", "plain")).status, 0);
  assert.equal(lab.logged(/killing 'tree' \(\d+\) with SIGKILL/).length, 1);
  assert.ok(!isAlive(stubborn), "whoever has no environment is known from before");
  assert.equal(count("sleep 1001"), 1, "what is not ours lives on");
  assert.equal(count("sleep 1004"), 2, "and what another program or a plain one has left");
  assert.equal((await lab.ctl("stop", "other")).status, 0);
  assert.equal(count("sleep 1004"), 1, "that of the plain one");
});

test("stopscope=tree does not take the program's own commands for what it left behind", async (lab) => {
  const polite =
    `sh -c "kill $SUPERVISOR_PROCESS_PID; while ! test -e go; do sleep 0.05; done; touch done"`;
  const options = { directory: lab.dir, stopscope: "tree", stopwaitsecs: 600 };
  lab.config(program("web", SLEEPER, { ...options, stop_command: polite }));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  assert.equal((await lab.ctl("stop", "web")).status, 0);
  assert.equal((await lab.ctl("start", "web")).status, 0);
  lab.write("go", "");
  await exists(lab, "done");
});

/** What the script above starts without an environment. */
const isClean = (pid: number) =>
  readProc(pid, "cmdline") === "sleep\u00001002\0" &&
  readProc(pid, "environ").split("\0").length < 5;

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}
