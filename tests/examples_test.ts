/** The files in tests/examples, which the README quotes, do what they are there for. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test as nodeTest } from "node:test";
import { fileURLToPath } from "node:url";
import { commandOf, type Instruction, last, readDockerfile } from "./support/dockerfile.ts";
import {
  childrenOf,
  type Daemon,
  have,
  isAlive,
  type Lab,
  labTests,
  signal,
  skipAloud,
  VISOR,
} from "./support/lab.ts";
import { Machine, noMachine } from "./support/machine.ts";

const test = labTests();

const EXAMPLES = fileURLToPath(new URL("examples/", import.meta.url));
const README = fileURLToPath(new URL("../README.md", import.meta.url));
const DEBIAN_UNIT = "/lib/systemd/system/supervisor.service";
const DEBIAN_SCRIPT = "/etc/init.d/supervisor";

const without = noMachine();
if (without !== undefined) skipAloud(without);

/** A test on a machine of its own. */
function machineTest(name: string, body: (lab: Lab, machine: Machine) => Promise<void>): void {
  if (without !== undefined) nodeTest(name, { skip: without }, () => {});
  else test(name, async (lab) => await body(lab, await Machine.boot(lab)));
}

function example(name: string): string {
  return fs.readFileSync(EXAMPLES + name, "utf8");
}

/** The examples that a text quotes other than they are. */
function misquoted(text: string): string[] {
  const quotes = text.matchAll(/^<!-- tests\/examples\/(\S+) -->\n+```\w*\n(.*?)^```$/gms);
  return [...quotes].flatMap(([, name, quote]) => quote === example(name!) ? [] : [name!]);
}

nodeTest("what the README quotes from an example is what stands there", () => {
  assert.deepEqual(misquoted(fs.readFileSync(README, "utf8")), []);
  const name = "debian/install.sh";
  const quote = (text: string) => `<!-- tests/examples/${name} -->\n\n\`\`\`sh\n${text}\`\`\`\n`;
  assert.deepEqual(misquoted(quote(example(name))), []);
  assert.deepEqual(misquoted(quote(`${example(name)}reboot\n`)), [name]);
});

/** What systemd thinks of a unit; "" if it has nothing to say. */
async function verify(lab: Lab, unit: string): Promise<string> {
  const ran = await lab.run(["systemd-analyze", "verify", "--man=no", unit]);
  return `${ran.stdout}${ran.stderr}${ran.status === 0 ? "" : `status ${ran.status}`}`;
}

test("systemd accepts the unit", async (lab) => {
  if (!have("systemd-analyze")) return skipAloud("systemd-analyze is not installed");
  const unit = example("systemd/visor.service").replaceAll("/usr/local/bin/visor", VISOR);
  assert.equal(await verify(lab, lab.write("visor.service", unit)), "");
  const typo = lab.write("typo.service", unit.replace("KillMode=", "KilMode="));
  assert.match(await verify(lab, typo), /KilMode/); // it does look at it
});

test("systemd accepts Debian's unit with the drop-in", async (lab) => {
  if (!have("systemd-analyze")) return skipAloud("systemd-analyze is not installed");
  if (!fs.existsSync(DEBIAN_UNIT)) return skipAloud("there is no unit of Debian's supervisor");
  const unit = lab.write("supervisor.service", fs.readFileSync(DEBIAN_UNIT, "utf8"));
  lab.write("supervisor.service.d/visor.conf", example("debian/visor.conf"));
  assert.equal(await verify(lab, unit), "");
});

/** Debian's package on a machine, with visor in the place of its programs. */
async function installOnDebian(machine: Machine): Promise<void> {
  machine.installVisor();
  const installed = await machine.sh(`set -e\n${example("debian/install.sh")}`);
  assert.equal(installed.status, 0, installed.stderr);
  machine.copy(`${EXAMPLES}debian/supervisor`, "/etc/supervisor");
  fs.rmSync(machine.path("/var/log/supervisor"), { recursive: true, force: true });
  fs.mkdirSync(machine.path("/var/log/supervisor"));
}

machineTest(
  "Debian's init script starts, asks for and stops visor in its place",
  async (lab, machine) => {
    if (!fs.existsSync(DEBIAN_SCRIPT)) return skipAloud("there is no init script of Debian's");
    await installOnDebian(machine);
    const init = async (verb: string) => {
      const { status, stdout, stderr } = await machine.run([DEBIAN_SCRIPT, verb]);
      return `${status} ${stdout}${stderr}`.trim();
    };
    const pidfile = () => machine.read("/run/supervisord.pid").trim();
    assert.equal(await init("status"), "1 supervisord is  not running.");
    assert.equal(await init("start"), "0 Starting supervisor: supervisord.");
    assert.equal(await init("status"), "0 supervisord is running");
    const first = pidfile();
    assert.equal(await init("start"), "1 Starting supervisor:"); // it is running already
    assert.equal(pidfile(), first);
    const running = async () => (await machine.run(["supervisorctl", "status"])).stdout;
    await lab.until(async () => /^web +RUNNING /.test(await running()), "its program runs");
    assert.match(await init("force-reload"), /^0 Restarting supervisor: supervisord\./);
    await lab.until(() => pidfile() !== first, "the daemon is gone");
    await init("start");
    await lab.until(async () => /^web +RUNNING /.test(await running()), "its program runs again");
    assert.equal(await init("stop"), "0 Stopping supervisor: supervisord.");
    await lab.until(() => pidfile() === "", "the daemon is gone");
    assert.equal(await init("status"), "1 supervisord is  not running.");
  },
);

machineTest(
  "Debian's layout is found without being named, and its programs run",
  async (lab, machine) => {
    await installOnDebian(machine);
    const started = await machine.run(["/usr/bin/supervisord"]);
    assert.equal(started.status, 0, started.stderr);
    const status = () => machine.run(["supervisorctl", "status"]);
    await lab.until(async () => (await status()).status === 0, "everything runs");
    const fetch = `import urllib.request as r; print(r.urlopen("http://127.0.0.1:8000").status)`;
    const answers = async () => (await machine.run(["/usr/bin/python3", "-c", fetch])).stdout;
    await lab.until(async () => await answers() === "200\n", "its program answers");
    const pid = (await machine.run(["supervisorctl", "pid", "web"])).stdout.trim();
    assert.match(machine.read(`/proc/${pid}/status`), /^Uid:\t33\t33\t33\t33$/m);
    const shut = await machine.run(["supervisorctl", "shutdown"]);
    assert.equal(shut.stdout, "Shut down\n");
    await lab.until(() => machine.read("/run/supervisord.pid") === "", "it is down");
  },
);

machineTest("logrotate renames the logs, and visor writes on in new ones", async (lab, machine) => {
  if (!have("logrotate")) return skipAloud("logrotate is not installed");
  await installOnDebian(machine);
  fs.writeFileSync(
    machine.path("/etc/supervisor/conf.d/web.conf"),
    "[program:tick]\ncommand=sh -c 'while echo tick; do sleep 0.05; done'\n" +
      "startsecs=0\nstdout_logfile=/var/log/supervisor/tick.log\n",
  );
  machine.copy(`${EXAMPLES}debian/logrotate`, "/etc/logrotate.d/supervisor", 0o644);
  assert.equal((await machine.run(["supervisord"])).status, 0);
  const log = (name: string) => machine.read(`/var/log/supervisor/${name}`);
  await lab.until(() => log("tick.log") !== "", "output");
  const pid = machine.read("/run/supervisord.pid");
  const force = "logrotate --force --state /tmp/state /etc/logrotate.d/supervisor";
  const rotated = await machine.sh(force);
  assert.deepEqual(rotated, { status: 0, stdout: "", stderr: "" });
  await lab.until(() => log("tick.log") !== "", "output in the new log");
  const old = log("tick.log.1");
  assert.match(log("supervisord.log.1"), /supervisord logreopen\n$/);
  await machine.run(["supervisorctl", "stop", "tick"]);
  assert.match(log("supervisord.log"), /stopped: tick/);
  assert.equal(log("tick.log.1"), old);
  assert.equal(machine.read("/run/supervisord.pid"), pid);
});

/** Does what a Dockerfile says up to the command, in a machine instead of its image. */
async function build(machine: Machine, file: readonly Instruction[]): Promise<void> {
  for (const { name, text, options } of file) {
    switch (name) {
      case "FROM": // the image has no Supervisor
        await machine.sh(
          "cd /usr/bin && rm supervisord supervisorctl echo_supervisord_conf pidproxy",
        );
        break;
      case "COPY": {
        const [from, to] = text.split(" ");
        const mode = Number.parseInt(options.get("chmod") ?? "644", 8);
        machine.copy(from === "visor" ? VISOR : `${EXAMPLES}container/${from}`, to!, mode);
        break;
      }
      case "RUN": {
        const { status, stderr } = await machine.run(commandOf(text));
        assert.equal(status, 0, stderr);
      }
    }
  }
}

/** Runs a command as the first process of a container, as `docker run` does. */
function container(lab: Lab, machine: Machine, command: readonly string[]): Promise<Daemon> {
  const own = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", ...command];
  return lab.daemon([], { ...machine.how(), impatient: true, command: machine.inside(own) });
}

/** The first process of a container. `nsenter` and `unshare` are above it. */
async function firstOf(lab: Lab, container: Daemon): Promise<number> {
  const child = (pid: number) => lab.until(() => childrenOf(pid)[0], "its child");
  return await child(await child(container.pid));
}

machineTest(
  "a container of the Dockerfile runs, is healthy, and stops with status 0",
  async (lab, machine) => {
    const file = readDockerfile(example("container/Dockerfile"));
    await build(machine, file);
    const command = commandOf(last(file, "CMD").text);
    const check = commandOf(last(file, "HEALTHCHECK").text.replace(/^CMD /, ""));

    const killed = await container(lab, machine, command);
    await lab.until(() => lab.read("daemon.out").includes("hello\n"), "output of its program");
    const before = await firstOf(lab, killed);
    const health = (pid: number, words: readonly string[]) =>
      lab.run(machine.inside(words, pid), machine.how());
    const healthy = (pid: number) => async () => (await health(pid, check)).status === 0;
    await lab.until(healthy(before), "it is healthy");
    signal(before, "SIGKILL"); // as a runtime does that is out of patience
    await killed.end();

    // Started again, with a pidfile and a socket of the life before.
    const daemon = await container(lab, machine, command);
    const init = await firstOf(lab, daemon);
    await lab.until(healthy(init), "it is healthy again");
    assert.equal((await health(init, ["supervisorctl", "pid"])).stdout, "1\n");
    await health(init, ["supervisorctl", "stop", "hello"]);
    assert.equal((await health(init, check)).status, 1);
    await health(init, ["supervisorctl", "start", "hello"]);
    await lab.until(healthy(init), "it is healthy once more");
    signal(init, last(file, "STOPSIGNAL").text as NodeJS.Signals);
    assert.equal(await daemon.end(), 0);
    assert.ok(!isAlive(init));
    assert.equal(machine.read("/run/supervisord.pid"), "");
  },
);

nodeTest("the Dockerfile for Alpine differs by its image and the libraries that it lacks", () => {
  const ofDebian = readDockerfile(example("container/Dockerfile"));
  const [from, libraries, ...rest] = readDockerfile(example("container/Dockerfile.alpine"));
  assert.equal(from!.text, "alpine:3");
  assert.equal(libraries!.text, "apk add --no-cache libstdc++ libgcc");
  assert.deepEqual(rest, ofDebian.slice(1));
});
