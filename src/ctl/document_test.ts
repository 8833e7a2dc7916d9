import assert from "node:assert/strict";
import { test } from "node:test";
import { details } from "../../tests/support/fake_details.ts";
import { fault } from "../rpc/faults.ts";
import { struct } from "../rpc/xml_value.ts";
import {
  byName,
  ctl,
  type FakeMethods,
  type FakeSituation,
  process,
  result,
} from "./fake_daemon.ts";

const methods: FakeMethods = {
  getPID: 1,
  getSupervisorVersion: "4.3.0",
  getProcessInfo: byName({ a: process("a", "RUNNING", 7), "g:m": process("g:m", "STOPPED") }),
  getAllProcessInfo: [process("a", "RUNNING", 7), process("g:m", "STOPPED")],
  startProcess: byName({ "a": fault("ALREADY_STARTED", "a"), "g:m": true, "odd": fault("FAILED") }),
  stopProcess: byName({ a: true, "g:m": fault("FAILED", "it would not go") }),
  stopProcessGroup: byName({ g: [result("g:m", "FAILED")], h: [] }),
  stopAllProcesses: [],
  readProcessStdoutLog: byName({ a: "out\n", "g:m": fault("NO_FILE") }),
  readLog: "main",
  reloadConfig: [[["new"], ["h"], ["g"]]],
  addProcessGroup: byName({ new: true, h: true, a: fault("ALREADY_ADDED") }),
  removeProcessGroup: byName({ h: true, a: fault("STILL_RUNNING") }),
  shutdown: true,
  restart: fault("SHUTDOWN_STATE"),
};

const a = { group: "a", name: "a" };
const m = { group: "g", name: "m" };
const done = { ok: true, fault: null };
const bad = { ok: false, fault: "BAD_NAME" };
const forA = details("a", { state: "RUNNING", description: "pid 7, uptime 0:00:01", pid: 7 });
const forM = details("m", { group: "g" });

const cases: [action: string, exitStatus: number, document: Record<string, unknown>][] = [
  ["status", 3, { processes: [forA, forM] }],
  ["status zz a", 4, {
    results: [{ group: "zz", name: "zz", action: "status", ...bad, message: "no such process" }],
    processes: [forA],
  }],
  ["start a g:m", 0, {
    results: [
      { ...a, action: "start", ok: false, fault: "ALREADY_STARTED", message: "already started" },
      { ...m, action: "start", ...done, message: "started" },
    ],
  }],
  ["restart a", 0, {
    results: [
      { ...a, action: "stop", ...done, message: "stopped" },
      { ...a, action: "start", ok: false, fault: "ALREADY_STARTED", message: "already started" },
    ],
  }],
  ["stop g:m nope:*", 1, {
    results: [
      { ...m, action: "stop", ok: false, fault: "FAILED", message: "FAILED: it would not go" },
      { group: "nope", name: null, action: "stop", ...bad, message: "no such group" },
    ],
  }],
  ["stop all", 0, { results: [] }],
  ["stop", 1, {
    error: { code: "BAD_ARGUMENTS", message: "stop requires a process name" },
  }],
  ["stop !zz", 1, { error: { code: "BAD_NAME", message: "!zz: ERROR (no such process)" } }],
  ["start a odd", 1, {
    results: [
      { ...a, action: "start", ok: false, fault: "ALREADY_STARTED", message: "already started" },
    ],
    error: { code: "FAILED", message: "unexpected result 30 for odd: FAILED" },
  }],
  ["pid", 0, { pid: 1 }],
  ["pid a g:m zz", 1, {
    processes: [{ ...a, pid: 7 }, { ...m, pid: null }],
    results: [{ group: "zz", name: "zz", action: "pid", ...bad, message: "no such process" }],
  }],
  ["version", 0, { version: "4.3.0" }],
  ["tail a", 0, { ...a, channel: "stdout", text: "out\n" }],
  ["tail g:m", 1, { error: { code: "NO_FILE", message: "g:m: ERROR (no log file)" } }],
  ["tail a stdin", 1, { error: { code: "BAD_ARGUMENTS", message: "bad channel 'stdin'" } }],
  ["tail -f a", 2, {
    error: { code: "BAD_ARGUMENTS", message: "tail has no end, and so no JSON" },
  }],
  ["fg a", 2, { error: { code: "BAD_ARGUMENTS", message: "fg has no end, and so no JSON" } }],
  ["maintail", 0, { text: "main" }],
  ["reread", 0, { added: ["new"], changed: ["h"], removed: ["g"] }],
  ["add a", 0, {
    results: [{
      group: "a",
      name: null,
      action: "add",
      ok: false,
      fault: "ALREADY_ADDED",
      message: "process group already active",
    }],
  }],
  ["remove zz", 1, {
    results: [
      { group: "zz", name: null, action: "remove", ...bad, message: "no such process/group" },
    ],
  }],
  ["shutdown", 0, { message: "Shut down" }],
  ["reload", 1, { error: { code: "SHUTDOWN_STATE", message: "already shutting down" } }],
  ["open ftp://x", 1, {
    error: { code: "BAD_ARGUMENTS", message: "url must be http:// or unix://" },
  }],
  ["exit", 0, {}],
  ["help version", 0, {
    actions: [{
      name: "version",
      forms: [{ form: "version", text: "Show the Supervisor version that the daemon stands for" }],
    }],
  }],
  ["help zz", 0, { actions: [] }],
  ["nonsense", 1, {
    error: { code: "BAD_ARGUMENTS", message: "*** Unknown syntax: nonsense --json" },
  }],
];

async function ask(action: string, situation: FakeSituation) {
  const { stdout, exitStatus } = await ctl(action, situation);
  assert.match(stdout, /^\{"schema":1.*\}\n$/);
  const { schema: _, ...document } = JSON.parse(stdout);
  return { exitStatus, document };
}

for (const [action, exitStatus, document] of cases) {
  test(`ctl ${action} --json exits ${exitStatus} with one document`, async () => {
    assert.deepEqual(await ask(`${action} --json`, { methods }), { exitStatus, document });
    const [verb, ...words] = action.split(" ");
    const first = await ask([verb, "--json", ...words].join(" "), { methods });
    assert.deepEqual(first, { exitStatus, document });
  });
}

test("status --json tells what the daemon's own API tells", async () => {
  const processes = [{ ...forM, restarts: 3 }, { ...forA, healthy: false }];
  const api = { "GET /processes": { schema: 1, now: 5, processes } };
  const { document } = await ask("status --json", { methods, api });
  assert.deepEqual(document, { processes: [processes[1], processes[0]] });
});

const unreachable: [action: string, code: string, exitStatus: number][] = [
  ["status", "ENOENT", 4],
  ["start a", "ECONNREFUSED", 4],
  ["reread", "EACCES", 1],
  ["shutdown", "ECONNREFUSED", 1],
];

for (const [action, code, exitStatus] of unreachable) {
  test(`ctl ${action} --json tells ${code} and exits ${exitStatus}`, async () => {
    const { document, ...ran } = await ask(`${action} --json`, { unreachable: code });
    assert.equal((document.error as { code: string }).code, code);
    assert.deepEqual([ran.exitStatus, Object.keys(document)], [exitStatus, ["error"]]);
  });
}

test("--json never asks anything", async () => {
  const given = { methods, interactive: true, typed: ["me", "secret"] };
  assert.deepEqual(await ask("shutdown --json", given), {
    exitStatus: 0,
    document: { message: "Shut down" },
  });
  const { document } = await ask("status --json", { ...given, credentials: "me:secret" });
  assert.equal((document.error as { code: string }).code, "UNAUTHORIZED");
});

test("at the prompt --json is for one line", async () => {
  const { stdout } = await ctl("", { methods, typed: ["pid --json", "pid"] });
  assert.match(stdout, /lab> \{"schema":1,"pid":1\}\nlab> 1\n/);
});

test("avail --json tells everything that is configured", async () => {
  const info = { name: "a", group: "a", inuse: true, autostart: false, group_prio: 1 };
  const { document } = await ask("avail --json", { methods: { getAllConfigInfo: [struct(info)] } });
  const [found] = document.programs as Record<string, unknown>[];
  assert.deepEqual({ ...found, ...info }, found);
});
