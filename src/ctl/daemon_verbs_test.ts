import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../rpc/faults.ts";
import { byName, ctl, type FakeMethods, process } from "./fake_daemon.ts";

const methods: FakeMethods = {
  getPID: 1,
  getSupervisorVersion: "4.3.0",
  getProcessInfo: byName({ a: process("a", "RUNNING", 7), down: process("down", "STOPPED") }),
  getAllProcessInfo: [process("a", "RUNNING", 7), process("down", "STOPPED")],
  shutdown: true,
  restart: true,
};
const closing = { shutdown: fault("SHUTDOWN_STATE"), restart: fault("SHUTDOWN_STATE") };

interface Case {
  readonly action: string;
  readonly given?: FakeMethods;
  readonly stdout: string;
  readonly exitStatus?: number;
}

const cases: Case[] = [
  { action: "pid", stdout: "1\n" },
  { action: "pid a", stdout: "7\n" },
  { action: "pid down", stdout: "0\n", exitStatus: 7 },
  { action: "pid down zz a", stdout: "0\nNo such process zz\n7\n", exitStatus: 1 },
  { action: "pid all", stdout: "7\n0\n" },
  { action: "pid *", stdout: "7\n0\n", exitStatus: 7 },
  { action: "pid !down", stdout: "7\n" },
  { action: "pid x*", stdout: "No such process x*\n", exitStatus: 1 },
  { action: "pid !x*", stdout: "!x*: ERROR (no such process)\n", exitStatus: 1 },
  { action: "version", stdout: "4.3.0\n" },
  { action: "shutdown", stdout: "Shut down\n" },
  { action: "shutdown", given: closing, stdout: "ERROR: already shutting down\n" },
  { action: "reload", stdout: "Restarted supervisord\n" },
  { action: "reload", given: closing, stdout: "ERROR: already shutting down\n", exitStatus: 1 },
  { action: "open", stdout: "ERROR: url must be http:// or unix://\n", exitStatus: 1 },
  { action: "open ftp://x", stdout: "ERROR: url must be http:// or unix://\n", exitStatus: 1 },
];

for (const { action, given, stdout, exitStatus = 0 } of cases) {
  test(`ctl ${action} prints ${stdout.trim()}`, async () => {
    const run = await ctl(action, { methods: { ...methods, ...given } });
    assert.equal(run.stdout, stdout);
    assert.equal(run.exitStatus, exitStatus);
  });
}

for (const verb of ["avail", "reread", "shutdown", "reload", "version"]) {
  test(`ctl ${verb} accepts no arguments`, async () => {
    const run = await ctl(`${verb} now`, { methods });
    assert.ok(run.stdout.startsWith(`Error: ${verb} accepts no arguments\n${verb}  `));
    assert.equal(run.exitStatus, 1);
    assert.deepEqual(run.calls, []);
  });
}

test("open turns to another daemon and leaves the exit status alone", async () => {
  const run = await ctl("open http://127.0.0.1:9", { unreachable: "ECONNREFUSED" });
  assert.equal(run.stdout, "http://127.0.0.1:9 refused connection\n");
  assert.equal(run.exitStatus, 0);
});

const SHUTDOWN = "Really shut the remote supervisord process down y/N? ";
const RELOAD = "Really restart the remote supervisord process y/N? ";
const answers = [
  { action: "shutdown", typed: ["yes"], stdout: `${SHUTDOWN}Shut down\n` },
  { action: "shutdown", typed: ["n"], stdout: SHUTDOWN },
  { action: "reload", typed: ["Y"], stdout: `${RELOAD}Restarted supervisord\n` },
  { action: "reload", typed: [""], stdout: RELOAD },
];

for (const { action, typed, stdout } of answers) {
  test(`ctl -i ${action} heeds the answer "${typed}"`, async () => {
    assert.equal((await ctl(action, { methods, typed, interactive: true })).stdout, stdout);
  });
}
