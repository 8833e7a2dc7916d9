/** `visor ctl wait`, as scripts use it. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { type Lab, labTests, program, signal, VISOR } from "./support/lab.ts";

const test = labTests();

const EXAMPLE = fileURLToPath(new URL("examples/wait.conf", import.meta.url));

/** What `wait` prints, and its exit status. */
async function wait(lab: Lab, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await lab.ctl("wait", ...words);
  return `${status} ${stdout}${stderr}`.trim();
}

const forever = { autostart: "false", autorestart: "false" };

test("wait ends when the program is RUNNING", async (lab) => {
  lab.config(program("web", "sleep 1000", { startsecs: 1 }) + program("db"));
  await lab.daemon();
  assert.equal(await wait(lab, "web", "db"), "0 web: running\ndb: running");
  assert.equal((await lab.info("web")).statename, "RUNNING");
});

test("wait ends at once when it cannot come about any more", async (lab) => {
  lab.config(
    program("bad", "sh -c 'sleep 0.2; exit 1'", { startsecs: 1, startretries: 0 }) +
      program("job", "sh -c 'sleep 0.2; exit 7'", { autorestart: "false" }) +
      program("off", "sleep 1000", forever),
  );
  await lab.daemon();
  assert.match(
    await wait(lab, "bad"),
    /^3 bad: ERROR \(waiting for running is in vain: it is FATAL/,
  );
  assert.equal(
    await wait(lab, "job", "--for", "exited=0"),
    "3 job: ERROR (waiting for exited=0 is in vain: it is EXITED: exit status 7)",
  );
  assert.equal(await wait(lab, "job", "--for", "exited=7"), "0 job: exited with status 7");
  assert.equal(
    await wait(lab, "off"),
    "3 off: ERROR (waiting for running is in vain: it is STOPPED: Not started)",
  );
});

test("wait sees an end although the program is back at once", async (lab) => {
  lab.config(
    program("web", "sh -c 'while ! test -e {dir}/go; do sleep 0.02; done; rm {dir}/go; exit 5'"),
  );
  await lab.daemon();
  await lab.state("web", "RUNNING");
  const waiting = wait(lab, "web", "--for", "exited=5");
  await somebodyWaits(lab);
  lab.write("go", "");
  assert.equal(await waiting, "0 web: exited with status 5");
  assert.equal((await lab.info("web")).statename, "RUNNING");
});

/** Resolves when somebody has stayed connected with the daemon for a while, as who waits does. */
async function somebodyWaits(lab: Lab): Promise<void> {
  const seen = new Map<string, number>();
  await lab.until(() => {
    const lines = fs.readFileSync("/proc/net/unix", "utf8").split("\n");
    const connected = lines.filter((line) => line.includes(lab.dir) && / 03 +\d+ /.test(line));
    for (const line of connected) seen.set(line, (seen.get(line) ?? 0) + 1);
    return connected.some((line) => seen.get(line)! >= 10);
  }, "it waits");
}

test("wait finds a line of output, old or new, whole or in pieces", async (lab) => {
  const slow =
    `sh -c "echo begin; printf rea; sleep 0.3; echo dy >&2; sleep 0.3; echo dy; exec sleep 1000"`;
  lab.config(
    program("web", slow) + program("job", `sh -c "printf done"`, { autorestart: "false" }),
  );
  await lab.daemon();
  assert.equal(await wait(lab, "web", "--for", "log=/^ready$/"), "0 web: log matches /^ready$/");
  assert.equal(await wait(lab, "web", "--for", "log=/^begin$/"), "0 web: log matches /^begin$/");
  assert.equal(await wait(lab, "web", "--for", "log=/^dy$/"), "0 web: log matches /^dy$/");
  // The last line of what has ended needs no line feed.
  assert.equal(await wait(lab, "job", "--for", "log=/^done$/"), "0 job: log matches /^done$/");
  assert.equal(
    await wait(lab, "job", "--for", "log=/never/"),
    "3 job: ERROR (waiting for log=/never/ is in vain: it is EXITED: exit status 0)",
  );
});

test("wait does not take output from before the last start for new", async (lab) => {
  const command = `sh -c "test -e {dir}/quiet || echo up; exec sleep 1000"`;
  lab.config(program("web", command));
  await lab.daemon();
  assert.equal(await wait(lab, "web", "--for", "log=/up/"), "0 web: log matches /up/");
  lab.write("quiet", "");
  await lab.ctl("restart", "web");
  assert.equal(
    await wait(lab, "web", "--for", "log=/up/", "--timeout", "300ms"),
    "124 web: ERROR (waited 300ms for log=/up/: it is RUNNING)",
  );
});

test("wait outlasts a restart by somebody else, and a program's first start", async (lab) => {
  lab.config(
    program("web", "sleep 1000", { startsecs: 1 }) + program("new", "sleep 1000", forever),
  );
  await lab.daemon();
  const waiting = wait(lab, "web", "new");
  await lab.rpc("supervisor.startProcess", "new", false);
  await lab.rpc("supervisor.stopProcess", "web");
  await lab.rpc("supervisor.startProcess", "web", false);
  assert.equal(await waiting, "0 web: running\nnew: running");
});

test("wait tells of names that mean nothing, of bad options, and of the time that is over", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  assert.equal(await wait(lab, "nix", "web"), "1 nix: ERROR (no such process)");
  assert.match(await wait(lab, "web", "--for", "log=/(/"), /^2 Error: --for log=\/\(\/: .*\nwait /);
  assert.equal(
    await wait(lab, "web", "--for", "stopped", "--timeout", "200ms"),
    "124 web: ERROR (waited 200ms for stopped: it is RUNNING)",
  );
  assert.equal(await wait(lab, "web", "--timeout", "0"), "0 web: running"); // a look is enough
});

test("wait tells when the daemon is not there, and when it goes away", async (lab) => {
  lab.config(program("web"));
  assert.equal((await lab.ctl("wait", "web")).status, 4);
  const daemon = await lab.daemon();
  await lab.state("web", "RUNNING");
  const waiting = wait(lab, "web", "--for", "exited");
  await somebodyWaits(lab);
  daemon.kill("SIGKILL");
  assert.equal(
    await waiting,
    "4 web: ERROR (the daemon went away; the last that was known: it is RUNNING)",
  );
});

test("Ctrl-C ends wait with a status of its own", async (lab) => {
  lab.config(program("web"));
  await lab.daemon();
  await lab.state("web", "RUNNING");
  const waiting = lab.start([VISOR, "ctl", "-c", lab.conf, "wait", "web", "--for", "stopped"]);
  const ended = new Promise((resolve) => waiting.once("exit", resolve));
  await somebodyWaits(lab);
  signal(waiting.pid!, "SIGINT");
  assert.equal(await ended, 130);
});

test("the example of the README waits as it says", async (lab) => {
  const conf = lab.write("wait.conf", fs.readFileSync(EXAMPLE, "utf8"));
  await lab.daemon([], { impatient: true, command: [VISOR, "daemon", "-n", "-c", conf] });
  const ctl = `${VISOR} ctl -c ${conf}`;
  await lab.until(async () => {
    const { stdout } = await lab.run(["sh", "-c", `${ctl} status`]);
    return stdout.includes("web") && stdout.includes("migrate");
  }, "it answers");
  const ran = await lab.run([
    "sh",
    "-c",
    `set -e
    ${ctl} start migrate
    ${ctl} wait migrate --for exited=0 --timeout 5m
    ${ctl} start web
    ${ctl} wait web --for 'log=/listening on/' --timeout 30s`,
  ]);
  assert.equal(
    ran.stdout,
    "migrate: started\nmigrate: exited with status 0\nweb: started\nweb: log matches /listening on/\n",
  );
});
