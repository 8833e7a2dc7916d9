import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isRunningState,
  isSignallableState,
  isStoppedState,
  type ProcessState,
  STATE_CODES,
} from "./state.ts";

/** Columns: code, up, signallable, down. @see spec/processes.md §5 */
const states: Record<ProcessState, readonly [number, boolean, boolean, boolean]> = {
  STOPPED: [0, false, false, true],
  STARTING: [10, true, true, false],
  RUNNING: [20, true, true, false],
  BACKOFF: [30, true, false, false],
  STOPPING: [40, false, true, false],
  EXITED: [100, false, false, true],
  FATAL: [200, false, false, true],
  UNKNOWN: [1000, false, false, true],
};

for (const [name, row] of Object.entries(states)) {
  test(`${name} has the code and the classes that clients know`, () => {
    const state = name as ProcessState;
    const classes = [isRunningState(state), isSignallableState(state), isStoppedState(state)];
    assert.deepEqual([STATE_CODES[state], ...classes], row);
  });
}
