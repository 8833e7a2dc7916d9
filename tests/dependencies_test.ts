/** Programs that depend on each other: what is waited for, who is told, and who stops first. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { have, type Lab, labTests, program, signal, skipAloud } from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/dependencies.conf", import.meta.url));

/** Becomes RUNNING when there is a file of its name in the lab, and ends in failure until then. */
function switchable(name: string, options: Readonly<Record<string, string | number>> = {}): string {
  const command = `sh -c "test -e {dir}/${name} && exec sleep 1000"`;
  return program(name, command, { startsecs: 1, startretries: 0, ...options });
}

/** What the log says was started, stopped or ended, in this order. */
function history(lab: Lab): string[] {
  return lab.logged(/^\S+ (spawned|stopped|exited): /)
    .map((line) => /(\w+): '?(\w+)/.exec(line)!.slice(1).join(" "));
}

async function statusOf(lab: Lab, name: string): Promise<string> {
  const { stdout } = await lab.ctl("status", name);
  return stdout.trim().replace(/\s+/g, " ");
}

test("the example: a program starts when the migration is done, and stops first", async (lab) => {
  if (!have("redis-server")) return skipAloud("redis-server is not installed");
  fs.copyFileSync(EXAMPLE, lab.conf);
  const daemon = await lab.daemon([], { impatient: true });
  const running = async () => /^web RUNNING/.test(await statusOf(lab, "web"));
  await lab.until(async () => {
    const status = await statusOf(lab, "web");
    return status === "web STOPPED waiting for redis to be started; for migrate to complete";
  }, "web waits");
  await lab.until(running, "web is up");
  assert.match(await statusOf(lab, "migrate"), /EXITED/);
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  const log = lab.read("supervisord.log").matchAll(/(spawned|stopped|exited): '?(\w+)/g);
  assert.deepEqual([...log].map(([, what, who]) => `${what} ${who}`), [
    "spawned redis",
    "spawned migrate",
    "exited migrate",
    "spawned web",
    "stopped web",
    "stopped redis",
  ]);
});

test("a program waits for one that failed, says so, and goes on when that recovers", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { depends_on: "api", priority: 1 }) +
      program("api", "sleep 1000", { depends_on: "db:ready" }) + switchable("db"),
  );
  await lab.daemon();
  const why = "waiting for db, which is FATAL";
  await lab.until(async () => (await lab.info("api")).description === why, "it says why");
  const { statename, pid, start } = await lab.info("api");
  assert.deepEqual([statename, pid, start], ["STOPPED", 0, 0]);
  assert.equal((await lab.info("web")).description, "waiting for api, which is waiting itself");
  assert.deepEqual(lab.logged(/^WARN .*waiting/), [`WARN api is ${why}`]);
  const page = await lab.http("GET", "/");
  assert.match(page.body, /waiting for db, which is FATAL/);
  const details = JSON.parse((await lab.http("GET", "/api/v1/processes?name=api")).body);
  assert.deepEqual(details.processes[0].waits_for, [
    { process: "db", condition: "ready", text: "db, which is FATAL", trouble: "is FATAL" },
  ]);
  const refused = await lab.ctl("start", "api");
  assert.deepEqual([refused.status, refused.stdout], [
    7,
    `api: ${why}\napi: ERROR (abnormal termination)\n`,
  ]);
  lab.write("db", "");
  assert.equal((await lab.ctl("start", "db")).stdout, "db: started\n");
  await lab.state("web", "RUNNING");
  assert.deepEqual(history(lab).slice(-3), ["spawned db", "spawned api", "spawned web"]);
});

test("a oneshot that is tried again completes when it succeeds", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { depends_on: "job:completed" }) +
      program("job", `sh -c "test -e {dir}/ready"`, { type: "oneshot", restartdelaysecs: 0.1 })
        .replace("startsecs", ";startsecs"),
  );
  await lab.daemon();
  const waits = async () => (await lab.info("web")).description === "waiting for job to complete";
  await lab.until(waits, "web waits");
  lab.write("ready", "");
  await lab.state("web", "RUNNING");
  assert.equal((await lab.info("job")).statename, "EXITED");
});

test("a start waits, too, and tells for what; a stop ends the waiting", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { depends_on: "db", autostart: "false" }) +
      program("db", "sleep 1000", { startsecs: 2, autostart: "false" }),
  );
  await lab.daemon();
  await lab.rpc("supervisor.startProcess", "db", false);
  const started = await lab.ctl("start", "web");
  assert.deepEqual([started.status, started.stdout], [
    0,
    "web: waiting for db to be started\nweb: started\n",
  ]);
  await lab.ctl("stop", "web", "db");
  assert.equal(await lab.rpc("supervisor.startProcess", "web", false), true);
  assert.equal((await lab.info("web")).description, "waiting for db, which is STOPPED");
  assert.equal((await lab.ctl("stop", "web")).stdout, "web: stopped\n");
  assert.equal((await lab.ctl("start", "db")).stdout, "db: started\n");
  assert.deepEqual(history(lab).slice(-1), ["spawned db"]);
  assert.equal((await lab.info("web")).statename, "STOPPED");
});

test("start all begins with what others depend on, and stop all ends with it", async (lab) => {
  const options = { autostart: "false" };
  lab.config(
    program("web", "sleep 1000", { ...options, priority: 1, depends_on: "site:*" }) +
      program("a", "sleep 1000", { ...options, depends_on: "site:b" }) +
      program("b", "sleep 1000", options) + "[group:site]\nprograms=a,b\n",
  );
  await lab.daemon();
  const started = await lab.ctl("start", "all");
  assert.equal(started.stdout, "site:b: started\nsite:a: started\nweb: started\n");
  const stopped = await lab.ctl("stop", "all");
  assert.equal(stopped.stdout, "web: stopped\nsite:a: stopped\nsite:b: stopped\n");
  assert.deepEqual(lab.logged(/^WARN .*waiting/), []);
});

test("a program that crashed comes back when what it depends on is back", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { depends_on: "db", autorestart: "true" }) +
      program("db", "sleep 1000", { autorestart: "true" }),
  );
  await lab.daemon();
  const web = await lab.state("web", "RUNNING");
  await lab.ctl("stop", "db");
  assert.equal((await lab.info("web")).pid, web.pid, "a stop of db is none of web");
  signal(web.pid, "SIGKILL");
  await lab.until(
    async () => (await lab.info("web")).description === "waiting for db, which is STOPPED",
    "it waits",
  );
  assert.equal((await lab.info("web")).statename, "EXITED");
  await lab.ctl("start", "db");
  await lab.state("web", "RUNNING");
});

test("update: what is added waits for what is added after it, and names are checked", async (lab) => {
  lab.config(program("other"));
  await lab.daemon();
  const web = program("web", "sleep 1000", { depends_on: "db", priority: 1 });
  lab.config(program("other") + web + program("db", "sleep 1000", { priority: 2 }));
  const updated = await lab.ctl("update");
  assert.equal(updated.stdout, "web: added process group\ndb: added process group\n");
  await lab.state("web", "RUNNING");
  assert.deepEqual(history(lab).slice(-2), ["spawned db", "spawned web"]);
  assert.deepEqual(lab.logged(/^WARN .*waiting/), []);
  lab.config(program("other") + web);
  const refused = await lab.ctl("update");
  assert.match(refused.stdout, /CANT_REREAD: .*there is no program "db"/);
  assert.equal((await lab.info("db")).statename, "RUNNING");
});

test("every mistake is told with its place, and nothing is started", async (lab) => {
  lab.config(
    "[program:a]\ncommand=cat\ndepends_on=b,\n  nobody\n[program:b]\ncommand=cat\ndepends_on=a\n",
  );
  const { status, stderr } = await lab.visor("daemon", "--check", "-c", lab.conf);
  assert.equal(status, 2);
  assert.match(stderr, /s\.conf:17: \[program:a\] depends_on: there is no program "nobody"/);
  assert.match(stderr, /s\.conf:16: \[program:a\] depends_on: .*: a -> b -> a/);
  const daemon = await lab.daemon([], { impatient: true });
  assert.equal(await daemon.end(), 2);
});

test("what the dependent-startup plug-in would start is started without it", async (lab) => {
  const inSwitch = (priority: number, waitFor: string) => ({
    priority,
    autostart: "false",
    autorestart: "false",
    dependent_startup: "true",
    dependent_startup_wait_for: waitFor,
  });
  lab.config(
    program("syncd", "sleep 1000", inSwitch(1, "start:exited rsyslogd:running,exited")) +
      program("start", "sh -c 'exit 3'", inSwitch(2, "rsyslogd:running")) +
      program("rsyslogd", "sleep 1000", { autostart: "false", dependent_startup: "true" }) +
      program("never", "sleep 1000", { autostart: "false" }),
  );
  await lab.daemon();
  await lab.state("syncd", "RUNNING");
  assert.deepEqual(history(lab), [
    "spawned rsyslogd",
    "spawned start",
    "exited start",
    "spawned syncd",
  ]);
  await lab.ctl("stop", "rsyslogd", "syncd");
  assert.equal((await lab.ctl("start", "syncd")).stdout, "syncd: started\n");
});
