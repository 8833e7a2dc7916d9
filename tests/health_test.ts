/** Health checks and readiness, with programs that have something to be asked. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProcessDetails, ProcessesDocument } from "../src/model/details.ts";
import {
  childrenOf,
  freePort,
  have,
  isAlive,
  isRoot,
  type Lab,
  labTests,
  program,
  readProc,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

const PYTHON = "/usr/bin/python3";
const CLI = fileURLToPath(new URL("../cli.ts", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("examples/health.conf", import.meta.url));
const QUICK = { healthcheck_interval: 0.2, healthcheck_failures: 2 };

async function details(lab: Lab, name: string): Promise<ProcessDetails> {
  const { body } = await lab.http("GET", `/api/v1/processes?name=${name}`);
  return (JSON.parse(body) as ProcessesDocument).processes[0]!;
}

/** Waits until what is told of a process is so. */
function until(
  lab: Lab,
  name: string,
  isSo: (told: ProcessDetails) => boolean,
  what: string,
): Promise<ProcessDetails> {
  return lab.until(async () => {
    const told = await details(lab, name);
    return isSo(told) ? told : undefined;
  }, `${name} is ${what}`);
}

const isHealthy = ({ healthy }: ProcessDetails) => healthy === true;
const isUnhealthy = ({ healthy }: ProcessDetails) => healthy === false;
const isReady = ({ ready }: ProcessDetails) => ready;

/** A program that is healthy as long as the file is there. */
function whileFile(name: string, file: string, more: Readonly<Record<string, string | number>>) {
  const healthcheck_command =
    `sh -c 'test -f {dir}/${file} || { echo "${file} is gone"; exit 1; }'`;
  return program(name, "sleep 1000", { healthcheck_command, ...QUICK, ...more });
}

test("status tells of checks, and of programs without any what it always told", async (lab) => {
  const [open, closed] = [await freePort(), await freePort()];
  const server = `${PYTHON} -m http.server ${open} --bind 127.0.0.1`;
  lab.config(
    program("plain") +
      program("web", server, { healthcheck_http: `http://127.0.0.1:${open}/`, ...QUICK }) +
      program("port", "sleep 1000", { healthcheck_tcp: `localhost:${open}`, ...QUICK }) +
      program("down", "sleep 1000", { healthcheck_tcp: `127.0.0.1:${closed}`, ...QUICK }),
  );
  await lab.daemon();
  await until(lab, "web", isHealthy, "healthy");
  await until(lab, "port", isHealthy, "healthy");
  const down = await until(lab, "down", isUnhealthy, "unhealthy");
  assert.deepEqual([down.ready, down.health!.last_output], [false, "connection refused"]);
  const { status, stdout } = await lab.ctl("status");
  assert.equal(status, 0);
  const looks = stdout.trim().split("\n").map((line) => line.replace(/ +pid \d+,/, ""));
  assert.match(looks[0]!, /^down +RUNNING uptime \d:\d\d:\d\d, unhealthy$/);
  assert.match(looks[1]!, /^plain +RUNNING uptime \d:\d\d:\d\d$/);
  assert.match(looks[2]!, /^port +RUNNING uptime \d:\d\d:\d\d, healthy$/);
  assert.match(looks[3]!, /^web +RUNNING uptime \d:\d\d:\d\d, healthy$/);
  assert.equal((await details(lab, "plain")).health, null);
  assert.deepEqual(lab.logged(/^WARN down/), [
    "WARN down: unhealthy (2 failures: connection refused)",
  ]);
});

test("an unhealthy program is restarted, and stays down once somebody stops it", async (lab) => {
  lab.config(whileFile("web", "ok", { healthcheck_action: "restart", autorestart: "false" }));
  lab.write("ok", "");
  await lab.daemon();
  const { pid } = await until(lab, "web", isHealthy, "healthy");
  fs.rmSync(lab.path("ok"));
  await until(lab, "web", (told) => told.pid !== null && told.pid !== pid, "restarted");
  const line = "WARN web: unhealthy (2 failures: ok is gone), restarting";
  assert.equal(lab.logged(/^WARN web: unhealthy/)[0], line);
  assert.equal((await lab.ctl("stop", "web")).status, 0);
  const restarts = lab.logged(/^INFO spawned/).length;
  lab.write("ok", "");
  assert.equal((await details(lab, "web")).state, "STOPPED");
  await lab.ctl("start", "web");
  await until(lab, "web", isHealthy, "healthy");
  assert.equal(lab.logged(/^INFO spawned/).length, restarts + 1);
});

test("a check that hangs is killed with all that it started, and there is one at a time", async (lab) => {
  const script = `sh -c 'sleep 1000 & echo $$ $! >> {dir}/checks; wait'`;
  lab.config(program("web", "sleep 1000", {
    healthcheck_command: script,
    healthcheck_timeout: 0.3,
    ...QUICK,
  }));
  await lab.daemon();
  const { health } = await until(lab, "web", isUnhealthy, "unhealthy");
  assert.equal(health!.last_output, "killed after 0.3 seconds");
  await lab.until(() => lab.read("checks").split("\n").length > 4, "four checks");
  const checks = lab.read("checks").trim().split("\n").map((line) => line.split(" ").map(Number));
  const earlier = checks.slice(0, -1).flat();
  assert.deepEqual(earlier.filter(isAlive), []);
  await lab.ctl("stop", "web");
  const all = () => lab.read("checks").trim().split(/\s/).map(Number);
  await lab.until(() => all().every((pid) => !isAlive(pid)), "the last check is gone");
});

test("what a check leaves running in the background does not pile up", async (lab) => {
  lab.config(program("web", "sleep 1000", {
    healthcheck_command: `sh -c 'sleep 1000 >/dev/null 2>&1 & echo $! >> {dir}/left'`,
    ...QUICK,
  }));
  await lab.daemon();
  await until(lab, "web", isHealthy, "healthy");
  await lab.until(() => lab.read("left").split("\n").length > 3, "three checks");
  const left = lab.read("left").trim().split("\n").map(Number).slice(0, -1);
  await lab.until(() => left.every((pid) => !isAlive(pid)), "what they started is gone");
});

test("a check is a command of the program's: its user, folder and environment", async (lab) => {
  fs.mkdirSync(lab.path("home"));
  fs.chmodSync(lab.dir, 0o777);
  const healthcheck_command =
    `sh -c 'echo "$(id -u) $PWD $GREETING $SUPERVISOR_PROCESS_NAME"; exit 1'`;
  lab.config(program("web", "sleep 1000", {
    ...(isRoot ? { user: "nobody" } : {}),
    directory: "{dir}/home",
    environment: 'GREETING="hello"',
    healthcheck_command,
    ...QUICK,
  }));
  await lab.daemon();
  const { health } = await until(
    lab,
    "web",
    ({ health }) => health?.last_output != null,
    "checked",
  );
  const uid = isRoot ? 65_534 : process.getuid!();
  assert.equal(health!.last_output, `${uid} ${lab.dir}/home hello web`);
});

test("a line of its output says that a program is ready", async (lab) => {
  const command = `sh -c 'echo starting; test -p {dir}/go || mkfifo {dir}/go; read x < {dir}/go; ` +
    `echo "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"; echo listening on 80; sleep 1000'`;
  lab.config(program("web", command, {
    readiness_log: "(a+)+$|listening on \\d+",
    stopasgroup: "true",
    redirect_stderr: "true",
    stdout_logfile: "NONE",
  }));
  await lab.daemon();
  const { stdout } = await lab.ctl("status");
  assert.match(stdout, /RUNNING +pid \d+, uptime 0:00:0\d, not ready$/m);
  await lab.until(() => fs.existsSync(lab.path("go")), "the program waits");
  fs.writeFileSync(lab.path("go"), "go\n");
  await until(lab, "web", isReady, "ready");
  assert.match((await lab.ctl("status")).stdout, /, ready$/m);
  assert.equal(lab.logged(/^INFO web: ready$/).length, 1);
});

const SENDER = `import os, socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for text in sys.argv[1:]:
    s.sendto(text.replace("|", "\\n").encode(), os.environ["NOTIFY_SOCKET"])
print("sent", flush=True)
time.sleep(1000)
`;

test("a program tells on a socket of its own that it is ready, and nobody else does", async (lab) => {
  const sender = lab.write("sender.py", SENDER);
  fs.chmodSync(lab.dir, 0o755);
  const readiness = { readiness: "notify", ...(isRoot ? { user: "nobody" } : {}) };
  lab.config(
    program("web", `${PYTHON} ${sender} "STATUS=warming up" "READY=1|STATUS=serving"`, readiness) +
      program(
        "late",
        `sh -c "while ! test -f {dir}/go; do sleep 0.02; done; ${PYTHON} ${sender} STATUS=own"`,
        readiness,
      ) +
      program("plain"),
  );
  await lab.daemon();
  const web = await until(lab, "web", isReady, "ready");
  assert.equal(web.health!.status, "serving");
  const late = (await lab.info("late")).pid;
  const [, path] = /NOTIFY_SOCKET=([^\0]+)/.exec(readProc(late, "environ"))!;
  const env = { NOTIFY_SOCKET: path! };
  lab.start([PYTHON, sender, "READY=1", "STATUS=forged"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", fs.openSync(lab.path("forger"), "w"), "inherit"],
  });
  await lab.until(() => lab.read("forger") === "sent\n", "the forger has sent");
  lab.write("go", ""); // what it says itself comes after that
  const { ready } = await until(lab, "late", ({ health }) => health!.status === "own", "heard");
  assert.equal(ready, false);
  assert.doesNotMatch(readProc((await lab.info("plain")).pid, "environ"), /NOTIFY_SOCKET/);
  assert.equal(fs.existsSync(path!), true);
  await lab.ctl("stop", "late");
  assert.equal(fs.existsSync(path!), false);
});

test("from the source, on Deno, it is the same", async (lab) => {
  const sender = lab.write("sender.py", SENDER);
  lab.config(
    program("note", `${PYTHON} ${sender} READY=1`, { readiness: "notify" }) +
      program("line", "sh -c 'echo up; exec sleep 1000'", { readiness_log: "^up$" }) +
      program("command", "sleep 1000", { healthcheck_command: "true", ...QUICK }),
  );
  await lab.daemon([], {
    command: [Deno.execPath(), "run", "-A", CLI, "daemon", "-n", "-c", lab.conf],
  });
  for (const name of ["note", "line", "command"]) await until(lab, name, isReady, "ready");
});

test("a script says with systemd's own tool that it is ready", async (lab) => {
  if (!have("systemd-notify")) return skipAloud("there is no systemd-notify");
  const command = "sh -c 'systemd-notify --ready --status=serving; exec sleep 1000'";
  lab.config(program("web", command, { readiness: "notify" }));
  await lab.daemon();
  const web = await until(lab, "web", isReady, "ready");
  assert.equal(web.health!.status, "serving");
});

test("a program that is not ready in time is marked, or restarted", async (lab) => {
  const readiness = { readiness: "notify", readiness_timeout: 0.3 };
  lab.config(
    program("patient", "sleep 1000", readiness) +
      program("strict", "sleep 1000", { ...readiness, healthcheck_action: "restart" }),
  );
  await lab.daemon();
  const { pid } = await lab.info("patient");
  await lab.until(() => lab.logged(/^INFO spawned: 'strict'/).length > 2, "strict is restarted");
  assert.deepEqual(lab.logged(/^WARN patient/), ["WARN patient: not ready within 0.3 seconds"]);
  assert.equal(
    lab.logged(/^WARN strict/)[0],
    "WARN strict: not ready within 0.3 seconds, restarting",
  );
  assert.equal((await lab.info("patient")).pid, pid);
});

test("a certificate that nobody vouches for is no health", async (lab) => {
  if (!have("openssl")) return skipAloud("there is no openssl");
  const port = await freePort();
  await lab.run(
    "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout k.pem -out c.pem"
      .split(" "),
  );
  const server = lab.write(
    "tls.py",
    `import http.server, ssl
server = http.server.HTTPServer(("127.0.0.1", ${port}), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("{dir}/c.pem", "{dir}/k.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
`,
  );
  lab.config(program("web", `${PYTHON} ${server}`, {
    healthcheck_http: `https://localhost:${port}/`,
    ...QUICK,
    healthcheck_startsecs: 5,
  }));
  await lab.daemon();
  await until(
    lab,
    "web",
    ({ health }) => /certificate/i.test(health?.last_output ?? ""),
    "refused",
  );
  assert.equal((await details(lab, "web")).healthy, null);
});

test("redis is ready when it says so, and unhealthy while it does not answer", async (lab) => {
  if (!have("redis-server")) return skipAloud("there is no redis-server");
  const command = "redis-server --port 0 --unixsocket {dir}/r.sock --save '' --dir {dir}";
  lab.config(program("redis", command, {
    readiness_log: "[Rr]eady to accept connections",
    healthcheck_command: "redis-cli -s {dir}/r.sock ping",
    healthcheck_timeout: 0.5,
    ...QUICK,
  }));
  await lab.daemon();
  const { pid } = await until(lab, "redis", (told) => isReady(told) && isHealthy(told), "up");
  signal(pid!, "SIGSTOP");
  await until(lab, "redis", isUnhealthy, "unhealthy");
  signal(pid!, "SIGCONT");
  const again = await until(lab, "redis", isHealthy, "healthy again");
  assert.equal(again.pid, pid);
  assert.equal(lab.logged(/^INFO redis: healthy again$/).length, 1);
});

test("nothing of checks is left when the daemon ends", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { healthcheck_command: "sleep 1000", healthcheck_timeout: 600 }) +
      program("note", "sleep 1000", { readiness: "notify" }),
  );
  const daemon = await lab.daemon();
  const { pid } = await lab.info("note");
  const [, path] = /NOTIFY_SOCKET=([^\0]+)/.exec(readProc(pid, "environ"))!;
  const sleepers = () => childrenOf(daemon.pid).length;
  await lab.until(() => sleepers() === 3, "the check runs");
  daemon.kill();
  assert.equal(await daemon.end(), 0);
  assert.equal(fs.existsSync(dirname(path!)), false);
  await lab.until(() => lab.marked().length === 0, "nothing runs");
});

test("a pattern that is none is a mistake at its line", async (lab) => {
  const conf = lab.config(program("web", "cat", { readiness_log: "(ready" }));
  const { status, stderr } = await lab.visor("daemon", "-n", "-c", conf);
  assert.equal(status, 2);
  const line = lab.read("s.conf").split("\n").indexOf("readiness_log=(ready") + 1;
  assert.match(stderr, new RegExp(`s\\.conf:${line}: \\[program:web\\] readiness_log: expected`));
});

test("the example does what it says", async (lab) => {
  const free = await lab.run([PYTHON, "-c", "import socket; socket.create_server(('', 8321))"]);
  if (free.status !== 0) return skipAloud("somebody has port 8321");
  const conf = lab.write("health.conf", fs.readFileSync(EXAMPLE, "utf8"));
  const command = [VISOR, "daemon", "-n", "-c", conf];
  await lab.daemon([], { command, impatient: true });
  const status = async () => (await lab.visor("ctl", "-c", conf, "status")).stdout;
  const healthy = /^queue .*, ready\nweb .*, healthy\nworker .*, healthy\n$/;
  await lab.until(async () => healthy.test(await status()), "all are ready");
});
