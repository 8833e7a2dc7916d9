import assert from "node:assert/strict";
import { test } from "node:test";
import { type ForwardedSignal, type PidproxyWorld, runPidproxy } from "./pidproxy.ts";

/** A system with one pidfile, in which a test raises signals and ends the child by hand. */
function fakeWorld(files: Record<string, string>, gone: number[] = []) {
  const did: string[] = [];
  const handlers = new Map<ForwardedSignal, () => void>();
  let endChild = () => {};
  const world: PidproxyWorld = {
    argv0: "pidproxy",
    cwd: "/srv",
    print: (line) => void did.push(`print ${line}`),
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error("ENOENT");
      return text;
    },
    spawn(path, argv) {
      did.push(`spawn ${path} as ${argv.join(" ")}`);
      return new Promise((resolve) => endChild = resolve);
    },
    kill(pid, signal) {
      if (gone.includes(pid)) throw new Error("ESRCH");
      did.push(`kill ${pid} ${signal}`);
    },
    onSignal: (signal, handler) => void handlers.set(signal, handler),
  };
  const raise = (signal: ForwardedSignal) => handlers.get(signal)!();
  return { did, world, raise, endChild: () => endChild(), files };
}

for (const args of [[], ["/pid"]]) {
  test(`runPidproxy() explains itself when called with ${args.length} arguments`, async () => {
    const { world, did } = fakeWorld({});
    assert.equal(await runPidproxy(args, world), 1);
    assert.equal(did.at(-1), "print Usage: pidproxy <pidfile name> <command> [<cmdarg1> ...]");
  });
}

const commands = [
  { typed: "bin/daemon", spawned: "/srv/bin/daemon" },
  { typed: "daemon", spawned: "/srv/daemon" },
  { typed: "/sbin/daemon", spawned: "/sbin/daemon" },
];

for (const { typed, spawned } of commands) {
  test(`runPidproxy() starts ${typed} from the current folder and ends with it`, async () => {
    const { world, did, endChild } = fakeWorld({});
    const status = runPidproxy(["/pid", typed, "-x"], world);
    endChild();
    assert.equal(await status, 0);
    assert.deepEqual(did, [`spawn ${spawned} as ${typed} -x`]);
  });
}

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  test(`runPidproxy() forwards ${signal} and ends without waiting`, async () => {
    const { world, did, raise } = fakeWorld({ "/pid": "42\n" });
    const status = runPidproxy(["/pid", "/d"], world);
    raise(signal);
    assert.equal(await status, 0);
    assert.equal(did.at(-1), `kill 42 ${signal}`);
  });
}

test("runPidproxy() forwards the other signals and stays, reading the pidfile each time", async () => {
  const { world, did, raise, endChild, files } = fakeWorld({ "/pid": "42" });
  const status = runPidproxy(["/pid", "/d"], world);
  raise("SIGHUP");
  files["/pid"] = "43";
  raise("SIGUSR1");
  raise("SIGUSR2");
  endChild();
  assert.equal(await status, 0);
  assert.deepEqual(did.slice(1), ["kill 42 SIGHUP", "kill 43 SIGUSR1", "kill 43 SIGUSR2"]);
});

for (const text of ["", "abc", undefined]) {
  test(`runPidproxy() stays, even on SIGTERM, when the pidfile holds ${text}`, async () => {
    const { world, did, raise, endChild } = fakeWorld(text === undefined ? {} : { "/pid": text });
    const status = runPidproxy(["/pid", "/d"], world);
    raise("SIGTERM");
    assert.equal(did.at(-1), "print Can't read child pidfile /pid!");
    endChild();
    assert.equal(await status, 0);
  });
}

test("runPidproxy() fails with one line when the target is gone", async () => {
  const { world, did, raise } = fakeWorld({ "/pid": "42" }, [42]);
  const status = runPidproxy(["/pid", "/d"], world);
  raise("SIGHUP");
  assert.equal(await status, 1);
  assert.equal(did.at(-1), "print Can't send SIGHUP to the pid 42 of /pid: ESRCH");
});
