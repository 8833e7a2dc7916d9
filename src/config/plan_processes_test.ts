import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "../../tests/support/fake_world.ts";
import type { ProcessConfig } from "../model/config.ts";
import { needsRestart } from "./plan_processes.ts";

const inPlace: readonly Partial<ProcessConfig>[] = [
  { restartdelaysecs: 2 },
  { restartbackoff: { factor: 2, cap: 60, jitter: 0 } },
  { restartlimit: { restarts: 5, seconds: 60 } },
  { restartlimit_action: "slow" },
  { stopsignals: [{ signal: 2, seconds: 5 }] },
  { stop_command: "stop" },
  { reload_signal: 1 },
  { reload_command: "reload" },
  { pre_start: "prepare", pre_start_timeout: 5 },
  { post_stop: "clean", post_stop_timeout: 5 },
  { stopwaitsecs: 3 },
];
const anew: readonly Partial<ProcessConfig>[] = [
  { type: "oneshot" },
  { stopscope: "tree" },
  { command: "other" },
];

for (const [options, restarts] of [[inPlace, false], [anew, true]] as const) {
  for (const option of options) {
    test(`a new ${Object.keys(option).join(" and ")} ${restarts ? "needs" : "needs no"} restart`, () => {
      assert.equal(needsRestart(program("web"), program("web", option)), restarts);
    });
  }
}
