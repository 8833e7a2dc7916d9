import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../rpc/faults.ts";
import { struct } from "../rpc/xml_value.ts";
import { byName, ctl, type FakeMethods, process, result } from "./fake_daemon.ts";

const changes = [[["new"], ["b", "a"], ["old"]]];
const nothing = [[[], [], []]];
const closing = fault("SHUTDOWN_STATE");

const config = (name: string, group: string, inuse: boolean, autostart: boolean) =>
  struct({ name, group, inuse, autostart, group_prio: 999, process_prio: 5 });

const methods: FakeMethods = {
  reloadConfig: changes,
  addProcessGroup: byName({ a: true, b: true, new: true, up: fault("ALREADY_ADDED", "up") }),
  removeProcessGroup: byName({ a: true, b: true, old: true, busy: fault("STILL_RUNNING", "busy") }),
  stopProcessGroup: [],
  getAllProcessInfo: [
    process("a", "RUNNING"),
    process("old", "RUNNING"),
    process("g:m", "RUNNING"),
  ],
  getAllConfigInfo: [config("m", "g", true, false), config("x", "x", false, true)],
};

interface Case {
  readonly action: string;
  readonly given?: FakeMethods;
  readonly lines: readonly string[];
  readonly exitStatus?: number;
  readonly calls?: readonly string[];
}

const cases: Case[] = [
  {
    action: "reread",
    lines: ["a: changed", "b: changed", "new: available", "old: disappeared"],
  },
  { action: "reread", given: { reloadConfig: nothing }, lines: ["No config updates to processes"] },
  {
    action: "reread",
    given: { reloadConfig: fault("CANT_REREAD", "bad line") },
    lines: ["ERROR: CANT_REREAD: bad line"],
    exitStatus: 1,
  },
  {
    action: "reread",
    given: { reloadConfig: closing },
    lines: ["ERROR: supervisor shutting down"],
    exitStatus: 1,
  },
  {
    action: "update",
    lines: [
      "old: stopped",
      "old: removed process group",
      "b: stopped",
      "b: updated process group",
      "a: stopped",
      "a: updated process group",
      "new: added process group",
    ],
    calls: [
      "reloadConfig",
      "stopProcessGroup old",
      "removeProcessGroup old",
      "stopProcessGroup b",
      "removeProcessGroup b",
      "addProcessGroup b",
      "stopProcessGroup a",
      "removeProcessGroup a",
      "addProcessGroup a",
      "addProcessGroup new",
    ],
  },
  { action: "update all", given: { reloadConfig: nothing }, lines: [] },
  {
    action: "update new zz a g",
    lines: [
      "ERROR: no such group: zz",
      "a: stopped",
      "a: updated process group",
      "new: added process group",
    ],
    exitStatus: 1,
  },
  {
    action: "update old",
    given: { stopProcessGroup: [result("old", "FAILED")] },
    lines: ["old: stopped", "old: has problems; not removing"],
    exitStatus: 1,
  },
  {
    action: "update",
    given: { reloadConfig: closing },
    lines: ["ERROR: already shutting down"],
    exitStatus: 1,
  },
  {
    action: "update",
    given: { reloadConfig: fault("CANT_REREAD", "it's bad") },
    lines: [
      `error: <class 'xmlrpc.client.Fault'>, <Fault 92: "CANT_REREAD: it's bad">: ` +
      "file: ctl line: 0",
    ],
    exitStatus: 1,
  },
  { action: "add", lines: [] },
  {
    action: "add a up zz",
    lines: [
      "a: added process group",
      "ERROR: process group already active",
      "ERROR: no such process/group: zz",
    ],
    exitStatus: 1,
  },
  { action: "add up", lines: ["ERROR: process group already active"] },
  {
    action: "add a b",
    given: { addProcessGroup: closing },
    lines: ["ERROR: shutting down", "ERROR: shutting down"],
    exitStatus: 1,
  },
  {
    action: "remove old busy zz",
    lines: [
      "old: removed process group",
      "ERROR: process/group still running: busy",
      "ERROR: no such process/group: zz",
    ],
    exitStatus: 1,
  },
  {
    action: "avail",
    lines: [
      "g:m                              in use    manual    999:5",
      "x                                avail     auto      999:5",
    ],
  },
  {
    action: "avail",
    given: { getAllConfigInfo: closing },
    lines: ["ERROR: supervisor shutting down"],
    exitStatus: 1,
  },
];

for (const { action, given, lines, exitStatus = 0, calls } of cases) {
  test(`ctl ${action} prints ${lines.join(", ") || "nothing"}`, async () => {
    const run = await ctl(action, { methods: { ...methods, ...given } });
    assert.deepEqual(run.stdout.split("\n").slice(0, -1), lines);
    assert.equal(run.exitStatus, exitStatus);
    if (calls) assert.deepEqual(run.calls, calls);
  });
}
