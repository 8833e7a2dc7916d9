import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../rpc/faults.ts";
import { byName, ctl, type FakeMethods, process } from "./fake_daemon.ts";

const methods: FakeMethods = {
  readLog: "main",
  readProcessStdoutLog: byName({
    a: "out\n",
    none: fault("NO_FILE", "None"),
    bad: fault("FAILED", "x"),
  }),
  readProcessStderrLog: byName({ a: "err" }),
  getAllProcessInfo: [process("a", "RUNNING", 7), process("down", "STOPPED")],
  getProcessInfo: byName({ a: process("a", "RUNNING", 7), down: process("down", "STOPPED") }),
};

interface Case {
  readonly action: string;
  readonly stdout: string;
  readonly exitStatus?: number;
  readonly calls?: readonly string[];
}

const cases: Case[] = [
  { action: "tail a", stdout: "out\n\n", calls: ["readProcessStdoutLog a -1600 0"] },
  { action: "tail -100 a", stdout: "out\n\n", calls: ["readProcessStdoutLog a -100 0"] },
  { action: "tail a STDERR", stdout: "err\n", calls: ["readProcessStderrLog a -1600 0"] },
  { action: "tail --5 a", stdout: "out\n\n", calls: ["readProcessStdoutLog a 5 0"] },
  { action: "tail -0 a", stdout: "out\n\n", calls: ["readProcessStdoutLog a 0 0"] },
  { action: "tail none", stdout: "none: ERROR (no log file)\n", exitStatus: 1 },
  { action: "tail bad", stdout: "bad: ERROR (unknown error reading log)\n", exitStatus: 1 },
  { action: "tail zz", stdout: "zz: ERROR (no such process name)\n", exitStatus: 1 },
  { action: "tail -5", stdout: "Error: tail requires process name\n", exitStatus: 1 },
  { action: "tail a stdin", stdout: "Error: bad channel 'stdin'\n", exitStatus: 1 },
  { action: "tail a b c", stdout: "Error: bad channel 'c'\n", exitStatus: 1 },
  { action: "tail -x a foo", stdout: "Error: bad channel 'foo'\n", exitStatus: 1 },
  { action: "tail -x a", stdout: "Error: bad argument -x\n", exitStatus: 1 },
  {
    action: "tail a*",
    stdout: "out\n\n",
    calls: ["getAllProcessInfo", "readProcessStdoutLog a -1600 0"],
  },
  { action: "tail *", stdout: "*: ERROR (stands for 2 processes, not for one)\n", exitStatus: 1 },
  { action: "tail z*", stdout: "z*: ERROR (no such process name)\n", exitStatus: 1 },
  { action: "fg *", stdout: "*: ERROR (stands for 2 processes, not for one)\n", exitStatus: 1 },
  { action: "fg d*", stdout: "ERROR: process not running\n", exitStatus: 1 },
  { action: "maintail", stdout: "main\n", calls: ["readLog -1600 0"] },
  { action: "maintail -7", stdout: "main\n", calls: ["readLog -7 0"] },
  { action: "maintail 7", stdout: "Error: bad argument 7\n", exitStatus: 1 },
  { action: "fg a b", stdout: "ERROR: too many process names supplied\n", exitStatus: 1 },
  { action: "fg zz", stdout: "ERROR: bad process name supplied\n", exitStatus: 1 },
  { action: "fg down", stdout: "ERROR: process not running\n", exitStatus: 1 },
];

for (const { action, stdout, exitStatus = 0, calls } of cases) {
  test(`ctl ${action} exits ${exitStatus}`, async () => {
    const run = await ctl(action, { methods });
    assert.equal(run.stdout, stdout);
    assert.equal(run.exitStatus, exitStatus);
    if (calls) assert.deepEqual(run.calls, calls);
  });
}

test("ctl maintail names the log's owner when there is no file", async () => {
  const run = await ctl("maintail", { methods: { readLog: fault("NO_FILE", "/x") } });
  assert.equal(run.stdout, "supervisord: ERROR (no log file)\n");
});

const HOW = "==> Press Ctrl-C to exit <==\n";

const followed: Record<string, string> = {
  "tail -f a": "/logtail/a/stdout",
  "tail -f a stderr": "/logtail/a/stderr",
  "tail -f g:a": "/logtail/g%3Aa/stdout",
  "maintail -f": "/mainlogtail",
};

for (const [action, path] of Object.entries(followed)) {
  test(`ctl ${action} shows ${path} as it comes, until Ctrl-C`, async () => {
    const run = await ctl(action, { methods, streams: { [path]: "héé\n" } });
    assert.equal(run.stdout, `${HOW}héé\n\n`);
    assert.equal(run.exitStatus, 0);
  });
}

test("ctl tail -f of a log that is not there says so on stderr and exits 0", async () => {
  const run = await ctl("tail -f a", { methods });
  assert.equal(run.stderr, "unix:///s/logtail/a/stdout Cannot read, status code 404\n");
  assert.equal(run.stdout, HOW);
  assert.equal(run.exitStatus, 0);
});

const bothStreams = { "/logtail/a/stdout": "out ", "/logtail/a/stderr": "err " };

test("ctl fg sends each typed line and leaves at the end of the input", async () => {
  const run = await ctl("fg a", {
    methods: { ...methods, sendProcessStdin: true },
    typed: ["one", "two"],
    streams: bothStreams,
  });
  const sent = run.calls.filter((call) => call.startsWith("send"));
  assert.deepEqual(sent, ["sendProcessStdin a one\n", "sendProcessStdin a two\n"]);
  assert.ok(run.stdout.startsWith(HOW));
  assert.ok(run.stdout.endsWith("Exiting foreground\n"));
  assert.equal(run.exitStatus, 0);
});

test("ctl fg says so when the process went away", async () => {
  let state: "RUNNING" | "EXITED" = "RUNNING";
  const run = await ctl("fg a", {
    methods: {
      getProcessInfo: () => process("a", state),
      sendProcessStdin() {
        state = "EXITED";
        return true;
      },
    },
    typed: ["bye"],
    streams: bothStreams,
  });
  assert.ok(run.stdout.endsWith("Process got killed\nExiting foreground\n"));
});

const misused = {
  "tail": "Error: too few arguments",
  "tail a b c d": "Error: too many arguments",
  "maintail -f x": "Error: too many arguments",
  "fg": "ERROR: no process name supplied",
};

for (const [action, reason] of Object.entries(misused)) {
  test(`ctl ${action} is followed by how it is used`, async () => {
    const { stdout, exitStatus } = await ctl(action, { methods });
    const [first, second] = stdout.split("\n");
    assert.equal(first, reason);
    assert.ok(second!.startsWith(action.split(" ")[0]!));
    assert.equal(exitStatus, 1);
  });
}
