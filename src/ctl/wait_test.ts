import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeLine, ProcessDetails } from "../model/details.ts";
import { ctl, type FakeSituation } from "./fake_daemon.ts";
import { details, ended } from "../../tests/support/fake_details.ts";

const STARTING = details("web", { state: "STARTING" });
const RUNNING = details("web", { state: "RUNNING" });
const FATAL = details("web", { state: "FATAL", description: "can't find command 'x'" });
const STOPPED = details("web", { description: "Not started" });

/** A daemon with a process that is so first, and then changes. */
function situation(first: ProcessDetails, ...then: readonly ChangeLine[]): FakeSituation {
  const lines: readonly ChangeLine[] = [{ schema: 1, now: 0 }, ...then];
  return {
    api: {
      "GET /processes?name=web": { schema: 1, now: 0, processes: [first] },
      "GET /processes?name=nix": { error: { code: "BAD_NAME", message: "BAD_NAME: nix" } },
    },
    streams: {
      "/api/v1/changes?name=web%3Aweb": lines.map((line) => `${JSON.stringify(line)}\n\n`).join(""),
    },
  };
}

const to = (process: ProcessDetails): ChangeLine => ({ now: 0, process });
const removed: ChangeLine = { now: 0, removed: { group: "web", name: "web" } };

interface Case {
  readonly name: string;
  readonly action: string;
  readonly given: FakeSituation;
  readonly says: string;
  readonly exitStatus: number;
}

const cases: readonly Case[] = [
  {
    name: "ends at once where it is so already",
    action: "wait web",
    given: situation(RUNNING),
    says: "web: running\n",
    exitStatus: 0,
  },
  {
    name: "ends when it is so",
    action: "wait web --for running",
    given: situation(STARTING, to(STARTING), to(RUNNING)),
    says: "web: running\n",
    exitStatus: 0,
  },
  {
    name: "ends when it cannot be so any more",
    action: "wait web",
    given: situation(STARTING, to(FATAL)),
    says: "web: ERROR (waiting for running is in vain: it is FATAL: can't find command 'x')\n",
    exitStatus: 3,
  },
  {
    name: "says when another code came",
    action: "wait web --for=exited=0",
    given: situation(RUNNING, to(details("web", { state: "EXITED", attempts: [ended(1, 7)] }))),
    says: "web: ERROR (waiting for exited=0 is in vain: it is EXITED: exit status 7)\n",
    exitStatus: 3,
  },
  {
    name: "lets somebody restart what it waits for",
    action: "wait web",
    given: situation(details("web", { state: "STOPPING" }), to(STOPPED), removed, to(RUNNING)),
    says: "web: running\n",
    exitStatus: 0,
  },
  {
    name: "forgets its doubt when it is being started",
    action: "wait web",
    given: { ...situation(STARTING, to(STOPPED), to(STARTING)), then: "timers" },
    says: "web: ERROR (waited 60s for running: it is STARTING)\n",
    exitStatus: 124,
  },
  {
    name: "gives up on what stays down",
    action: "wait web",
    given: { ...situation(STOPPED, to(STOPPED)), then: "timers" },
    says: "web: ERROR (waiting for running is in vain: it is STOPPED: Not started)\n",
    exitStatus: 3,
  },
  {
    name: "has a time limit",
    action: "wait web --timeout 500ms",
    given: { ...situation(STARTING), then: "timers" },
    says: "web: ERROR (waited 500ms for running: it is STARTING)\n",
    exitStatus: 124,
  },
  {
    name: "has a time limit also where none is given",
    action: "wait web",
    given: { ...situation(STARTING), then: "timers" },
    says: "web: ERROR (waited 60s for running: it is STARTING)\n",
    exitStatus: 124,
  },
  {
    name: "says that the daemon went away",
    action: "wait web",
    given: { ...situation(STARTING), then: "away" },
    says: "web: ERROR (the daemon went away; the last that was known: it is STARTING)\n",
    exitStatus: 4,
  },
  {
    name: "ends with Ctrl-C",
    action: "wait web",
    given: situation(STARTING),
    says: "\n",
    exitStatus: 130,
  },
  {
    name: "does not wait for names that mean nothing",
    action: "wait web nix",
    given: situation(STARTING),
    says: "nix: ERROR (no such process)\n",
    exitStatus: 1,
  },
  {
    name: "needs a daemon",
    action: "wait web",
    given: { unreachable: "ENOENT", serverurl: "unix:///s" },
    says: "unix:///s no such file\n",
    exitStatus: 4,
  },
  {
    name: "needs a visor",
    action: "wait web",
    given: {},
    says: "ERROR: the daemon has no such API: it is no visor, or an older one (HTTP 404)\n",
    exitStatus: 1,
  },
];

for (const { name, action, given, says, exitStatus } of cases) {
  test(`wait ${name}`, async () => {
    const ran = await ctl(action, given);
    assert.deepEqual([ran.stdout, ran.exitStatus], [says, exitStatus]);
  });
}

for (
  const [action, says] of [
    ["wait", "Error: wait requires a process name"],
    ["wait web --timeout soon", "Error: --timeout soon: expected a duration such as 30s or 5m"],
    ["wait web --for up", "Error: --for up: expected running, ready, healthy, stopped, exited,"],
    ["wait web --fro up", "Error: no such option: --fro"],
  ] as const
) {
  test(`"${action}" is a misuse`, async () => {
    const { stdout, exitStatus } = await ctl(action);
    assert.equal(stdout.slice(0, says.length), says);
    assert.match(stdout, /^wait <name>/m);
    assert.equal(exitStatus, 2);
  });
}
