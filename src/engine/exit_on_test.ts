import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExitOn } from "../model/own_options.ts";
import type { Exit } from "../model/exit.ts";
import { SIGKILL } from "../model/signal.ts";
import { type ProcessState, STATE_CODES } from "../model/state.ts";
import { daemonExitStatus, type ProgramChange } from "./exit_on.ts";

const exited = (code: number): Exit => ({ type: "code", code });
const killed: Exit = { type: "signal", signal: SIGKILL, core: false };

interface Case {
  readonly name: string;
  readonly exit_on: ExitOn;
  readonly state: ProcessState;
  readonly lastExit: Exit | null;
  readonly status: number | undefined;
}

const cases: readonly Case[] = [
  { name: "is the program's", exit_on: "exit", state: "EXITED", lastExit: exited(3), status: 3 },
  { name: "can be success", exit_on: "exit", state: "EXITED", lastExit: exited(0), status: 0 },
  {
    name: "tells a signal as a shell",
    exit_on: "exit",
    state: "EXITED",
    lastExit: killed,
    status: 137,
  },
  {
    name: "is that of the last try",
    exit_on: "fatal",
    state: "FATAL",
    lastExit: exited(4),
    status: 4,
  },
  {
    name: "counts FATAL as an exit",
    exit_on: "exit",
    state: "FATAL",
    lastExit: exited(4),
    status: 4,
  },
  { name: "is 70 without a run", exit_on: "fatal", state: "FATAL", lastExit: null, status: 70 },
  {
    name: "of FATAL is no success",
    exit_on: "fatal",
    state: "FATAL",
    lastExit: exited(0),
    status: 70,
  },
  {
    name: "needs fatal for FATAL",
    exit_on: "none",
    state: "FATAL",
    lastExit: null,
    status: undefined,
  },
  {
    name: "needs exit for EXITED",
    exit_on: "fatal",
    state: "EXITED",
    lastExit: killed,
    status: undefined,
  },
];

for (const { name, exit_on, state, lastExit, status } of cases) {
  test(`daemonExitStatus() ${name}`, () => {
    const hasRun = lastExit !== null;
    assert.equal(daemonExitStatus(exit_on, { state, hasRun, lastExit }), status);
  });
}

test("daemonExitStatus() counts an end before startsecs as an exit, and a failed start as none", () => {
  const change = { state: "BACKOFF", lastExit: exited(0) } as const;
  assert.equal(daemonExitStatus("exit", { ...change, hasRun: true }), 0);
  assert.equal(daemonExitStatus("exit", { ...change, hasRun: false }), undefined);
  assert.equal(daemonExitStatus("fatal", { ...change, hasRun: true }), undefined);
});

test("daemonExitStatus() lets the daemon run on in every other state", () => {
  const { FATAL: _, EXITED: __, BACKOFF: ___, ...rest } = STATE_CODES;
  for (const state of Object.keys(rest) as ProcessState[]) {
    const change: ProgramChange = { state, hasRun: true, lastExit: killed };
    assert.equal(daemonExitStatus("exit", change), undefined);
  }
});
