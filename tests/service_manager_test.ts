import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import {
  childrenOf,
  isAlive,
  type Lab,
  labTests,
  parentOf,
  pids,
  program,
  readProc,
  signal,
  sleep,
  VISOR,
} from "./support/lab.ts";

const test = labTests();

const MANAGER = fileURLToPath(new URL("fixtures/python/service_manager.py", import.meta.url));
const STUBBORN = `sh -c 'trap "sleep 1; exit" TERM; echo ready; while :; do sleep 0.1; done'`;

/** What a service manager hears. */
interface Heard {
  readonly pid: number;
  /** When it came, on the system's monotonic clock. */
  readonly usec: number;
  readonly said: Readonly<Record<string, string>>;
}

interface Manager {
  readonly env: Readonly<Record<string, string>>;
  heard(): Heard[];
  /** What came of the kind, without the keep-alives; waits for a number of them. */
  hears(count: number): Promise<Heard[]>;
}

async function serviceManager(lab: Lab, path = lab.path("notify")): Promise<Manager> {
  const out = fs.openSync(lab.path("heard"), "w");
  lab.start(["/usr/bin/python3", MANAGER, path], { stdio: ["ignore", out, "inherit"] });
  fs.closeSync(out);
  await lab.until(() => lab.read("heard").includes("listening"), "the service manager listens");
  const heard = () => {
    const lines = lab.read("heard").split("\n").slice(1, -1);
    return lines.map((line) => JSON.parse(line) as Heard);
  };
  const news = () => heard().filter(({ said }) => said["WATCHDOG"] === undefined);
  const hears = async (count: number) => {
    await lab.until(() => news().length >= count, `${count} messages`);
    return news();
  };
  return { env: { NOTIFY_SOCKET: path }, heard, hears };
}

/** The messages by their first words. */
function kinds(heard: readonly Heard[]): string[] {
  return heard.map(({ said }) => Object.entries(said)[0]!.join("="));
}

for (const kind of ["a path", "an abstract name"]) {
  test(`a service manager on ${kind} hears that visor is up and that it goes`, async (lab) => {
    lab.config(
      program("a") + program("b", "cat", { numprocs: 2, process_name: "%(process_num)s" }),
    );
    const path = kind === "a path" ? lab.path("notify") : `@${lab.dir}`;
    const manager = await serviceManager(lab, path);
    const daemon = await lab.daemon([], { env: manager.env, impatient: true });
    const [up] = await manager.hears(1);
    assert.equal(lab.read("daemon.pid"), `${daemon.pid}\n`);
    assert.equal(await lab.rpc("supervisor.getPID"), daemon.pid);
    assert.equal(up!.pid, daemon.pid);
    assert.deepEqual(up!.said, {
      READY: "1",
      MAINPID: `${daemon.pid}`,
      STATUS: "Started with 3 processes",
    });
    await lab.state("a", "RUNNING");
    await lab.ctl("stop", "b:*");
    daemon.kill();
    assert.equal(await daemon.end(), 0);
    const [, going] = await manager.hears(2);
    assert.deepEqual(going!.said, { STOPPING: "1", STATUS: "Stopping 1 process" });
  });
}

test("a restart in place is a reload that ends when the next life is up", async (lab) => {
  lab.config(program("a"));
  const manager = await serviceManager(lab);
  const daemon = await lab.daemon([], { env: manager.env });
  lab.config(program("a") + program("b"));
  const [up] = await manager.hears(1);
  daemon.kill("SIGHUP");
  const heard = await manager.hears(3);
  assert.deepEqual(kinds(heard), ["READY=1", "RELOADING=1", "READY=1"]);
  const [, reloading, again] = heard;
  const asked = Number(reloading!.said["MONOTONIC_USEC"]);
  assert.ok(asked > up!.usec && asked <= reloading!.usec, `${asked}: ${up!.usec} to …`);
  assert.equal(again!.said["STATUS"], "Started with 2 processes");
});

test("SIGHUP with a broken config is a reload that is over at once, and says why", async (lab) => {
  lab.config(program("a"));
  const manager = await serviceManager(lab);
  const daemon = await lab.daemon([], { env: manager.env });
  lab.config(program("a", "cat", { startsecs: "soon" }));
  daemon.kill("SIGHUP");
  const heard = await manager.hears(3);
  assert.deepEqual(kinds(heard), ["READY=1", "RELOADING=1", "READY=1"]);
  assert.match(heard[2]!.said["STATUS"]!, /^Not restarted: .*'soon'/);
});

test("a shutdown that overtakes a restart is told", async (lab) => {
  lab.config(program("slow", STUBBORN, { stdout_logfile: "{dir}/out" }));
  const manager = await serviceManager(lab);
  const daemon = await lab.daemon([], { env: manager.env });
  await lab.until(() => lab.read("out") === "ready\n", "its trap is set");
  daemon.kill("SIGHUP");
  await manager.hears(2);
  daemon.kill("SIGTERM");
  assert.equal(await daemon.end(), 0);
  assert.deepEqual(kinds(await manager.hears(3)), ["READY=1", "RELOADING=1", "STOPPING=1"]);
});

test("in the background the started process names its successor, whom the watchdog then hears", async (lab) => {
  lab.config(program("a"));
  const manager = await serviceManager(lab);
  const start = `WATCHDOG_PID=$$ exec '${VISOR}' daemon -c '${lab.conf}'`;
  const { pid: first } = lab.start(["sh", "-c", start], {
    env: { ...process.env, ...manager.env, WATCHDOG_USEC: "200000", VISOR_LAB: lab.dir },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const pid = await lab.until(() => Number(lab.read("daemon.pid")), "a daemon");
  lab.atEnd(() => signal(pid, "SIGKILL"));
  // Who listens to the main process only, as systemd does, hears just this of the start.
  const believed = () => manager.heard().filter((each) => each.pid === first);
  const up = await lab.until(() => believed()[0], "word of the start");
  assert.deepEqual(up.said, { READY: "1", MAINPID: `${pid}` });
  const alive = () => manager.heard().filter((each) => each.pid === pid && each.said["WATCHDOG"]);
  const before = alive().length;
  await lab.until(() => alive().length > before + 1, "the watchdog is fed");
  signal(pid, "SIGTERM");
  await lab.until(() => kinds(manager.heard()).includes("STOPPING=1"), "word of the end");
});

test("a background daemon is no child of the process that was started, even before it is up", async (lab) => {
  // Who reads this waits until somebody writes: first the caller, then the daemon.
  await lab.run(["mkfifo", lab.path("more.conf")]);
  const feed = () => fs.promises.writeFile(lab.path("more.conf"), "");
  lab.config("[include]\nfiles=more.conf\n");
  const caller = lab.start([VISOR, "daemon", "-c", lab.conf], { stdio: "inherit" }).pid!;
  await feed();
  const isDaemon = (pid: number) => {
    const environ = readProc(pid, "environ");
    return environ.includes(`VISOR_LAB=${lab.dir}\0`) && environ.includes("VISOR_DETACHED=daemon");
  };
  const pid = await lab.until(() => pids().find(isDaemon), "the daemon");
  lab.atEnd(() => signal(pid, "SIGKILL"));
  await lab.until(() => parentOf(parentOf(pid)) !== caller, "who was in between is gone");
  assert.notEqual(parentOf(pid), caller);
  assert.ok(isAlive(caller)); // it waits for word
  await feed();
  await lab.until(() => !isAlive(caller), "the caller is let go");
  assert.equal(await lab.rpc("supervisor.getPID"), pid);
});

test("a watchdog is fed while the loop turns, and not by a daemon that hangs", async (lab) => {
  lab.config(program("a"));
  const manager = await serviceManager(lab);
  const daemon = await lab.daemon([], { env: { ...manager.env, WATCHDOG_USEC: "200000" } });
  const fed = () => manager.heard().filter(({ said }) => said["WATCHDOG"] === "1").length;
  await lab.until(() => fed() > 3, "it is fed");
  daemon.kill("SIGSTOP");
  await lab.until(() => / T /.test(readProc(daemon.pid, "stat")), "it hangs");
  const before = fed();
  await sleep(500);
  assert.ok(fed() <= before + 1, `${fed() - before} keep-alives`); // one was on its way
  const hung = fed();
  daemon.kill("SIGCONT");
  await lab.until(() => fed() > hung + 1, "it is fed again");
});

test("a program hears nothing of the service manager unless its config says so", async (lab) => {
  const dump = (name: string) => `sh -c 'env >{dir}/${name}; exec sleep 1000'`;
  const asks = { environment: 'NOTIFY_SOCKET="%(ENV_NOTIFY_SOCKET)s"' };
  lab.config(program("plain", dump("plain")) + program("asks", dump("asks"), asks));
  const manager = await serviceManager(lab);
  const watchdog = { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" };
  const sockets = { LISTEN_FDS: "1", LISTEN_PID: "1", LISTEN_FDNAMES: "web" };
  const daemon = await lab.daemon([], {
    env: { ...manager.env, ...watchdog, ...sockets, INVOCATION_ID: "7" },
  });
  await lab.state("plain", "RUNNING");
  await lab.state("asks", "RUNNING");
  const ofManager = (name: string) =>
    lab.read(name).match(/^(NOTIFY|WATCHDOG|LISTEN|INVOCATION)\w+/gm);
  await lab.until(() => ofManager("plain") && ofManager("asks"), "both environments");
  assert.deepEqual(ofManager("plain"), ["INVOCATION_ID"]);
  assert.deepEqual(ofManager("asks")!.toSorted(), ["INVOCATION_ID", "NOTIFY_SOCKET"]);
  assert.equal(childrenOf(daemon.pid).length, 2);
});
