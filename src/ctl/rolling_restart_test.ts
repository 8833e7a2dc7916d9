import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessDetails } from "../model/details.ts";
import type { ProcessState } from "../model/state.ts";
import { fault } from "../rpc/faults.ts";
import { details } from "../../tests/support/fake_details.ts";
import { ctl, impatientClock } from "./fake_daemon.ts";

type Look = Partial<ProcessDetails> & { readonly state: ProcessState };

function seen(spec: string, members: Look): ProcessDetails {
  const [group, name = group] = spec.split(":") as [string, string?];
  return details(name, { group, ...members });
}

const UP: Look = { state: "RUNNING" };

interface Situation {
  /** By name: how it looks before, and at each time that it is looked at after its start. */
  readonly processes: Readonly<Record<string, readonly Look[]>>;
  readonly stop?: Error;
  readonly start?: Error;
}

/** Runs `restart --rolling`. `calls` are `stop a`, `start a` and `look a`. */
async function roll(words: string, { processes, stop, start }: Situation) {
  const calls: string[] = [];
  const looks = new Map(Object.entries(processes).map(([name, all]) => [name, [...all]]));
  const look = (name: string) => {
    const left = looks.get(name)!;
    return seen(name, left.length > 1 ? left.shift()! : left[0]!);
  };
  const answer = (processes: readonly ProcessDetails[]) => ({ schema: 1, now: 0, processes });
  const api: Record<string, unknown> = {
    "GET /processes": () => answer([...looks.keys()].map(look)),
  };
  for (const name of looks.keys()) {
    const spec = name.includes(":") ? name : `${name}:${name}`;
    api[`GET /processes?name=${encodeURIComponent(spec)}`] = () => {
      calls.push(`look ${name}`);
      return answer([look(name)]);
    };
  }
  const call = (verb: string, error: Error | undefined) => (spec: unknown) => {
    calls.push(`${verb} ${spec}`);
    if (error) throw error;
    return true;
  };
  const methods = { stopProcess: call("stop", stop), startProcess: call("start", start) };
  const run = await ctl(`restart ${words}`, { api, methods, clock: impatientClock() });
  return { lines: run.stdout.split("\n").slice(0, -1), exitStatus: run.exitStatus, calls };
}

test("one after the other, each when the one before is ready", async () => {
  const starting = { state: "STARTING" } as const;
  const processes = {
    "g:a": [UP, starting, UP],
    "g:b": [UP, starting, { ...UP, ready: false }, UP],
  };
  const { lines, exitStatus, calls } = await roll("--rolling g:*", { processes });
  assert.deepEqual(calls, [
    "stop g:a",
    "start g:a",
    "look g:a",
    "look g:a",
    "stop g:b",
    "start g:b",
    "look g:b",
    "look g:b",
    "look g:b",
  ]);
  assert.deepEqual(lines, [
    "g:a: stopped",
    "g:a: ready after 0.0s (1 of 2)",
    "g:b: stopped",
    "g:b: ready after 0.1s (2 of 2)",
  ]);
  assert.equal(exitStatus, 0);
});

test("a few at a time", async () => {
  const processes = { a: [UP], b: [UP], c: [UP] };
  const { lines, calls } = await roll("--max-unavailable 2 --rolling all", { processes });
  assert.deepEqual(calls.slice(0, 2), ["stop a:a", "stop b:b"]);
  assert.equal(lines.at(-1), "c: ready after 0.0s (3 of 3)");
});

const failures: readonly (readonly [name: string, Situation, why: string])[] = [
  [
    "gives up",
    { processes: { a: [UP, { state: "FATAL", spawnerr: "Exited too quickly" }], b: [UP] } },
    "FATAL, Exited too quickly",
  ],
  [
    "ends",
    { processes: { a: [UP, { state: "EXITED", exitstatus: 3 }], b: [UP] } },
    "EXITED with status 3",
  ],
  [
    "is never ready",
    { processes: { a: [UP, { ...UP, ready: false }], b: [UP] } },
    "not ready after 2s: RUNNING",
  ],
  [
    "waits for another",
    {
      processes: {
        a: [UP, { state: "STOPPED", waits_for: [], description: "waiting for db, which is FATAL" }],
        b: [UP],
      },
    },
    "not ready after 2s: STOPPED, waiting for db, which is FATAL",
  ],
  [
    "has no file",
    { processes: { a: [UP], b: [UP] }, start: fault("NO_FILE", "/x") },
    "NO_FILE: /x",
  ],
  [
    "does not stop",
    { processes: { a: [UP], b: [UP] }, stop: fault("FAILED", "EPERM") },
    "FAILED: EPERM",
  ],
];

for (const [name, situation, why] of failures) {
  test(`one that ${name} ends it, and the rest is left alone`, async () => {
    const { lines, exitStatus, calls } = await roll("--rolling --timeout 2s all", situation);
    assert.equal(exitStatus, 7);
    assert.deepEqual(lines.slice(-2), [
      `a: ERROR (${why})`,
      "rolling restart stopped: 0 of 2 ready; untouched: b",
    ]);
    assert.ok(!calls.includes("stop b:b"));
  });
}

test("a start that fails is tried again, as startretries says", async () => {
  const processes = { a: [UP, { state: "BACKOFF", spawnerr: "x" } as const, UP] };
  const { lines, exitStatus } = await roll("--rolling a", {
    processes,
    start: fault("SPAWN_ERROR", "a"),
  });
  assert.deepEqual([lines.at(-1), exitStatus], ["a: ready after 0.0s (1 of 1)", 0]);
});

test("who is down stays down, unless it is named", async () => {
  const down = [{ state: "STOPPED" }, UP] as const;
  const processes = { "g:a": down, "g:b": [{ state: "EXITED" }] as const, "g:c": [UP] };
  const group = await roll("--rolling g:*", { processes });
  assert.deepEqual(group.lines, [
    "g:a: skipped (STOPPED)",
    "g:b: skipped (EXITED)",
    "g:c: stopped",
    "g:c: ready after 0.0s (1 of 1)",
  ]);
  const named = await roll("--rolling g:a", { processes, stop: fault("NOT_RUNNING", "g:a") });
  assert.deepEqual(named.calls, ["stop g:a", "start g:a", "look g:a"]);
});

const mistakes: readonly (readonly [words: string, line: string, exitStatus: number])[] = [
  ["--rolling", "Error: restart requires a process name", 2],
  ["--rolling --timeout soon a", "Error: not a duration such as 60s: soon", 2],
  ["--rolling --timeout 0 a", "Error: not a duration such as 60s: 0", 2],
  ["--rolling --max-unavailable 0 a", "Error: not a number from 1 on: 0", 2],
  ["--rolling --fast a", "Error: no such option: --fast", 2],
  ["--rolling a zz", "zz: ERROR (no such process)", 1],
];

for (const [words, line, exitStatus] of mistakes) {
  test(`restart ${words} says ${line}, and restarts nothing`, async () => {
    const ran = await roll(words, { processes: { a: [UP] } });
    assert.deepEqual([ran.lines[0], ran.exitStatus, ran.calls], [line, exitStatus, []]);
  });
}
