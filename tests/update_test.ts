/** What an update and a rolling restart do to programs that run. */
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import { fileURLToPath } from "node:url";
import type { ProcessDetails } from "../src/model/details.ts";
import {
  isAlive,
  type Lab,
  labTests,
  linkOf,
  program,
  section,
  signal,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/update.conf", import.meta.url));

const NUMBERED = "%(program_name)s_%(process_num)d";
const OUTPUT = "while echo out; do sleep 0.02; done";

/** Processes of one program, called `w:w_0` and so on. */
function workers(numprocs: number, options: Readonly<Record<string, string | number>> = {}) {
  return program("w", "sleep 1000", { process_name: NUMBERED, numprocs, ...options });
}

function pidOf(lab: Lab, name: string): Promise<number> {
  return lab.info(name).then(({ pid }) => pid);
}

function pidsOf(lab: Lab, ...names: readonly string[]): Promise<number[]> {
  return Promise.all(names.map((name) => pidOf(lab, name)));
}

async function up(lab: Lab, ...names: readonly string[]): Promise<number[]> {
  return await Promise.all(names.map(async (name) => (await lab.state(name, "RUNNING")).pid));
}

async function details(lab: Lab, name: string): Promise<ProcessDetails> {
  const { body } = await lab.http("GET", `/api/v1/processes?name=${name}`);
  return JSON.parse(body).processes[0];
}

/** What `ctl` prints, and its exit status. */
async function said(lab: Lab, ...words: readonly string[]) {
  const { stdout, status } = await lab.ctl(...words);
  return { lines: stdout.split("\n").slice(0, -1), status };
}

async function update(lab: Lab, ...words: readonly string[]): Promise<string[]> {
  const { lines, status } = await said(lab, "update", ...words);
  assert.equal(status, 0, lines.join("\n"));
  return lines;
}

test("more and fewer processes: the others do not notice", async (lab) => {
  lab.config(workers(2));
  await lab.daemon();
  const before = await up(lab, "w:w_0", "w:w_1");
  assert.deepEqual(await said(lab, "plan"), {
    lines: ["No config updates to processes"],
    status: 0,
  });
  lab.config(workers(4));
  const plan = { lines: ["w: start w_2, w_3 (numprocs: 2 -> 4)"], status: 6 };
  assert.deepEqual(await said(lab, "plan"), plan);
  assert.deepEqual(await said(lab, "update", "--dry-run"), plan);
  assert.deepEqual(await update(lab), ["w:w_2: added", "w:w_3: added"]);
  const [third] = await up(lab, "w:w_2", "w:w_3");
  lab.config(workers(3));
  assert.deepEqual(await update(lab), ["w:w_3: stopped and removed"]);
  assert.deepEqual(await pidsOf(lab, "w:w_0", "w:w_1", "w:w_2"), [...before, third]);
  await assert.rejects(lab.info("w:w_3"), /BAD_NAME/);
  assert.deepEqual(await update(lab), []);
});

test("a member that changes restarts alone, and what needs no restart gets none", async (lab) => {
  const config = (b: string, wait: number) =>
    lab.config(
      section("group:g", { programs: "a,b,c" }) + program("a", "sleep 1000") + program("b", b) +
        program("c", "sleep 1000", { stopwaitsecs: wait }) + program("lone", "sleep 1000"),
    );
  config("sleep 1001", 10);
  await lab.daemon();
  const [a, b, c, lone] = await up(lab, "g:a", "g:b", "g:c", "lone");
  config("sleep 1002", 20);
  const { lines } = await said(lab, "plan", "g");
  assert.deepEqual(lines, [
    'g:b: restart (command: "sleep 1001" -> "sleep 1002")',
    "g:c: in place (stopwaitsecs: 10 -> 20)",
  ]);
  assert.deepEqual(await update(lab), ["g:b: restarted", "g:c: options changed, not restarted"]);
  const [newB] = await up(lab, "g:b");
  assert.notEqual(newB, b);
  assert.deepEqual(await pidsOf(lab, "g:a", "g:c", "lone"), [a, c, lone]);
});

test("an option that is taken over in place is in force", async (lab) => {
  const deaf = (wait: number) =>
    program("deaf", `sh -c 'trap "" TERM; ${OUTPUT}'`, { stopwaitsecs: wait });
  lab.config(deaf(600));
  await lab.daemon();
  await lab.until(
    async () => (await lab.info("deaf")).pid > 0 && (await lab.ctl("tail", "deaf")).stdout,
    "output",
  );
  lab.config(deaf(0));
  assert.deepEqual(await update(lab), ["deaf: options changed, not restarted"]);
  assert.deepEqual((await said(lab, "stop", "deaf")).lines, ["deaf: stopped"]);
});

test("logs change under a program that runs", async (lab) => {
  const config = (options: Readonly<Record<string, string | number>>) =>
    lab.config(program("p", `sh -c '${OUTPUT}'`, options));
  config({ stdout_logfile: "{dir}/one" });
  await lab.daemon();
  const [pid] = await up(lab, "p");
  const grows = async (file: string) => {
    const size = lab.read(file).length;
    await lab.until(() => lab.read(file).length > size, `${file} grows`);
  };
  await grows("one");
  config({ stdout_logfile: "{dir}/two", stdout_logfile_maxbytes: 40, stdout_logfile_backups: 1 });
  assert.deepEqual(await update(lab), ["p: logs changed, not restarted"]);
  const one = lab.read("one");
  await lab.until(() => fs.existsSync(lab.path("two.1")), "two is rotated");
  assert.equal(lab.read("one"), one);
  config({ stdout_logfile: "NONE" });
  await update(lab);
  const two = lab.read("two");
  fs.mkdirSync(lab.path("three"));
  config({ stdout_logfile: "{dir}/three" });
  const { lines, status } = await said(lab, "update");
  assert.match(lines.join(), /^p: ERROR \(cannot open the stdout log .*\/three: EISDIR\)$/);
  assert.equal(status, 1);
  config({ stdout_logfile: "{dir}/four" });
  await update(lab);
  await grows("four");
  assert.equal(lab.read("two"), two);
  assert.deepEqual(await up(lab, "p"), [pid]);
});

test("an AUTO log keeps its name when its size changes", async (lab) => {
  const config = (maxbytes: number) =>
    lab.config(
      program("p", `sh -c '${OUTPUT}'`, {
        stdout_logfile_maxbytes: maxbytes,
        stdout_logfile_backups: 1,
      }),
    );
  config(0);
  await lab.daemon();
  await up(lab, "p");
  const { stdout_logfile } = await lab.info("p");
  config(40);
  await update(lab);
  assert.equal((await lab.info("p")).stdout_logfile, stdout_logfile);
  await lab.until(() => fs.existsSync(`${stdout_logfile}.1`), "it is rotated");
});

test("a configuration with a mistake changes nothing", async (lab) => {
  lab.config(workers(2));
  await lab.daemon();
  const before = await up(lab, "w:w_0", "w:w_1");
  lab.config(workers(1, { stopsignal: "NOPE" }));
  const plan = await said(lab, "plan");
  assert.match(plan.lines[0]!, /^ERROR: CANT_REREAD: .*NOPE/);
  assert.equal(plan.status, 1);
  const { lines, status } = await said(lab, "update");
  assert.match(lines.join(), /Fault 92: .*CANT_REREAD/);
  assert.equal(status, 1);
  assert.deepEqual(await pidsOf(lab, "w:w_0", "w:w_1"), before);
});

test("a plan shows no values of the environment", async (lab) => {
  lab.config(program("p", "sleep 1000", { environment: 'A="secret1",B="secret2"' }));
  await lab.daemon();
  lab.config(program("p", "sleep 1000", { environment: 'A="secret3",C="secret4"' }));
  const { lines } = await said(lab, "plan");
  assert.deepEqual(lines, ["p: restart (environment: A changed, B removed, C added)"]);
  for (const words of [["plan", "--json"], ["update", "--json"]]) {
    const { stdout } = await lab.ctl(...words);
    assert.doesNotMatch(stdout, /secret/);
    assert.equal(JSON.parse(stdout).schema, 1);
  }
});

test("a slow stop holds up nobody, and a client that goes away neither", async (lab) => {
  const slow = program("slow", `sh -c 'trap "" TERM; echo deaf; while :; do sleep 0.05; done'`, {
    stopwaitsecs: 600,
    stdout_logfile: "{dir}/slow.out",
  });
  lab.config(slow + program("web", "sleep 1001"));
  await lab.daemon();
  const [web] = await up(lab, "web", "slow");
  await lab.until(() => lab.read("slow.out").includes("deaf"), "slow is deaf");
  lab.config(program("web", "sleep 1002") + program("new", "sleep 1000"));
  const client = net.connect(lab.socket);
  client.write("POST /api/v1/update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  await lab.until(async () => ![0, web].includes(await pidOf(lab, "web")), "web is restarted");
  client.destroy();
  assert.equal((await lab.info("slow")).statename, "STOPPING");
  await assert.rejects(lab.info("new"), /BAD_NAME/);
  const second = lab.http("POST", "/api/v1/update", ""); // in line behind the first
  await lab.info("slow");
  await lab.rpc("supervisor.signalProcess", "slow", "KILL");
  await up(lab, "new");
  assert.deepEqual(JSON.parse((await second).body).steps, []);
  await assert.rejects(lab.info("slow"), /BAD_NAME/);
});

test("an update that a shutdown overtakes starts nothing, and says so", async (lab) => {
  const slow = (command: string) =>
    program(
      "slow",
      `sh -c 'trap "sleep 0.5; exit" TERM; echo up; while :; do sleep 0.02; done' ${command}`,
      {
        stdout_logfile: "{dir}/slow.out",
      },
    );
  lab.config(slow("one"));
  const daemon = await lab.daemon();
  await lab.until(() => lab.read("slow.out").includes("up"), "slow is up");
  lab.config(slow("two") + program("new", "touch {dir}/new"));
  const ended = said(lab, "update");
  await lab.state("slow", "STOPPING");
  daemon.kill();
  const { lines, status } = await ended;
  assert.equal(await daemon.end(), 0);
  assert.match(lines.join(), /^ERROR: already shutting down$|^error: /);
  assert.equal(status, 1);
  assert.equal(lab.read("slow.out"), "up\n");
  assert.ok(!fs.existsSync(lab.path("new")));
});

test("with keepstopped a stop survives updates, also those of supervisorctl", async (lab) => {
  const config = (command: string) =>
    lab.config(
      program("kept", command, { keepstopped: "true" }) + program("other", command),
    );
  config("sleep 1000");
  await lab.daemon();
  await up(lab, "kept", "other");
  await lab.ctl("stop", "kept", "other");
  assert.equal((await details(lab, "kept")).stopped_by_operator, true);
  config("sleep 1001");
  await lab.rpc("supervisor.reloadConfig"); // what supervisorctl's update does
  for (const name of ["kept", "other"]) {
    await lab.rpc("supervisor.stopProcessGroup", name);
    await lab.rpc("supervisor.removeProcessGroup", name);
    await lab.rpc("supervisor.addProcessGroup", name);
  }
  await up(lab, "other");
  assert.equal((await lab.info("kept")).statename, "STOPPED");
  config("sleep 1002");
  assert.deepEqual(await update(lab), [
    "kept: stopped",
    "kept: updated process group",
    "other: stopped",
    "other: updated process group",
  ]);
  await up(lab, "other");
  assert.equal((await lab.info("kept")).statename, "STOPPED");
  await lab.ctl("start", "kept");
  config("sleep 1003");
  await update(lab);
  await up(lab, "kept");
});

test("keepstopped is forgotten when the daemon restarts", async (lab) => {
  lab.config(program("kept", "sleep 1000", { keepstopped: "true" }));
  await lab.daemon();
  await up(lab, "kept");
  await lab.ctl("stop", "kept");
  await lab.ctl("reload");
  await up(lab, "kept");
});

test("a FastCGI process that comes later shares the socket of the others", async (lab) => {
  const config = (numprocs: number) =>
    lab.config(section("fcgi-program:f", {
      command: "sleep 1000",
      socket: "unix://{dir}/f.sock",
      process_name: NUMBERED,
      numprocs,
      startsecs: 0,
    }));
  config(1);
  await lab.daemon();
  await up(lab, "f:f_0");
  config(2);
  assert.deepEqual(await update(lab), ["f:f_1: added"]);
  const pids = await up(lab, "f:f_0", "f:f_1");
  const [first, second] = pids.map((pid) => linkOf(`/proc/${pid}/fd/0`));
  assert.match(first!, /^socket:/);
  assert.equal(first, second);
});

test("a program that moves into a group never runs twice", async (lab) => {
  const guarded = program(
    "p",
    `sh -c 'mkdir {dir}/lock || echo twice >> {dir}/twice; trap "sleep 0.1; rmdir {dir}/lock; exit" TERM; while :; do sleep 0.02; done'`,
  );
  const other = program("q", "sleep 1000");
  const inGroup = section("group:g", { programs: "p,q" }) + guarded + other;
  const outside = section("group:g", { programs: "q" }) + guarded + other;
  lab.config(outside);
  await lab.daemon();
  const [q] = await up(lab, "g:q", "p");
  await lab.until(() => fs.existsSync(lab.path("lock")), "p has its lock");
  lab.config(inGroup);
  assert.deepEqual(await update(lab), ["p: stopped", "p: removed process group", "g:p: added"]);
  await up(lab, "g:p");
  assert.deepEqual(await pidsOf(lab, "g:q"), [q]);
  await lab.until(() => fs.existsSync(lab.path("lock")), "p has its lock again");
  lab.config(outside);
  assert.deepEqual(await update(lab), [
    "g: stopped",
    "g: updated process group",
    "p: added process group",
  ]);
  await up(lab, "p");
  assert.equal(lab.read("twice"), "");
});

test("a rolling restart goes on only when the one before is ready", async (lab) => {
  const command = "sh -c 'echo start %(process_num)d >> {dir}/order; exec sleep 1000'";
  lab.config(program("w", command, { process_name: NUMBERED, numprocs: 2, startsecs: 1 }));
  await lab.daemon();
  const before = await up(lab, "w:w_0", "w:w_1");
  fs.rmSync(lab.path("order"));
  const { lines, status } = await said(lab, "restart", "--rolling", "w:*");
  assert.equal(status, 0);
  assert.equal(lab.read("order"), "start 0\nstart 1\n");
  assert.match(lines.join("\n"), /^w:w_0: stopped\nw:w_0: ready after [\d.]+s \(1 of 2\)\nw:w_1/);
  const spawned = lab.logged(/spawned|success/).slice(4).map((line) =>
    /w_\d|success/g.exec(line)![0]
  );
  assert.deepEqual(spawned, ["w_0", "success", "w_1", "success"]);
  const after = await pidsOf(lab, "w:w_0", "w:w_1");
  assert.ok(after.every((pid, i) => pid !== before[i] && isAlive(pid)));
});

test("a rolling restart ends with the first that does not come up", async (lab) => {
  const script = "test ! -e {dir}/broken || exit 3; exec sleep 1000";
  lab.config(program("w", `sh -c '${script}'`, {
    process_name: NUMBERED,
    numprocs: 3,
    startretries: 0,
    startsecs: 1,
  }));
  await lab.daemon();
  const before = await up(lab, "w:w_0", "w:w_1", "w:w_2");
  lab.write("broken", "");
  const { lines, status } = await said(lab, "restart", "--rolling", "w:*");
  assert.equal(status, 7);
  assert.deepEqual(lines, [
    "w:w_0: stopped",
    "w:w_0: ERROR (FATAL, Exited too quickly (process log may have details))",
    "rolling restart stopped: 0 of 3 ready; untouched: w:w_1, w:w_2",
  ]);
  assert.deepEqual(await pidsOf(lab, "w:w_1", "w:w_2"), before.slice(1));
});

test("Ctrl-C ends a rolling restart where nothing is left stopped", async (lab) => {
  lab.config(workers(3, { startsecs: 1 }));
  await lab.daemon();
  const before = await up(lab, "w:w_0", "w:w_1", "w:w_2");
  const out = fs.openSync(lab.path("roll.out"), "w");
  const words = ["ctl", "-c", lab.conf, "restart", "--rolling", "w:*"];
  const ctl = lab.start([VISOR, ...words], { stdio: ["ignore", out, out] });
  await lab.until(() => lab.read("roll.out").includes("w:w_0: stopped"), "w_0 is stopped");
  signal(ctl.pid!, "SIGINT");
  await lab.until(() => ctl.exitCode !== null, "ctl ends");
  assert.equal(ctl.exitCode, 1);
  assert.match(
    lab.read("roll.out"),
    /ready after .*\nrolling restart interrupted: 1 of 3 ready; untouched: w:w_1, w:w_2\n$/,
  );
  const after = await up(lab, "w:w_0", "w:w_1", "w:w_2");
  assert.notEqual(after[0], before[0]);
  assert.deepEqual(after.slice(1), before.slice(1));
});

test("the example does what is said about it", async (lab) => {
  const text = fs.readFileSync(EXAMPLE, "utf8");
  const conf = lab.write("update.conf", text);
  const ctl = async (...words: string[]) =>
    (await lab.run([VISOR, "ctl", "-c", conf, ...words])).stdout;
  await lab.daemon([], { command: [VISOR, "daemon", "-n", "-c", conf], impatient: true });
  await lab.until(async () => (await ctl("status")).match(/RUNNING/g)?.length === 4, "all are up");
  assert.equal(await ctl("stop", "report"), "report: stopped\n");
  lab.write("update.conf", text.replace("numprocs=3", "numprocs=5").replaceAll("86400", "86401"));
  assert.match(await ctl("plan", "report"), /^report: leave down \(command: .* -> .*\)$/m);
  lab.write("update.conf", text.replace("numprocs=3", "numprocs=5\nstopwaitsecs=30"));
  assert.equal(
    await ctl("plan"),
    "worker: in place worker_0, worker_1, worker_2 (stopwaitsecs: 10 -> 30)\n" +
      "worker: start worker_3, worker_4 (numprocs: 3 -> 5)\n",
  );
  await ctl("update");
  await lab.until(async () => (await ctl("status")).match(/RUNNING/g)?.length === 5, "five are up");
  assert.match(await ctl("status", "report"), /STOPPED/);
  const rolled = await ctl("restart", "--rolling", "--max-unavailable", "2", "worker:*");
  assert.match(rolled, /ready after .* \(5 of 5\)\n$/);
});
