import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, details, ended, waitsFor } from "../../tests/support/fake_details.ts";
import type { Explanation } from "../model/details.ts";
import { ctl } from "./fake_daemon.ts";
import { explanationLines } from "../model/explanation_lines.ts";

/** Local time, so that what is printed is the same everywhere. */
const NOON = new Date(2026, 10, 23, 12, 0, 0).getTime();

const FATAL: Explanation = {
  process: details("web", {
    state: "FATAL",
    attempts: [
      attempt(NOON, { pid: null, duration_ms: 0, spawnerr: "no x" }),
      { ...ended(NOON + 1000, 3), pid: 7, duration_ms: 1200 },
      attempt(NOON + 3000, {
        pid: 8,
        duration_ms: 20,
        signal: "SIGTERM",
        ended_by: { via: "JSON API", peer: null },
      }),
    ],
    restarts: 2,
    next_try_at: NOON + 6000,
    stopped_by: { via: "shutdown", peer: null },
    waits_for: [waitsFor("db"), waitsFor("cache")],
  }),
  summary: "web is FATAL: so it is.",
  advice: ["Do this.", "Then that."],
  last_lines: { channel: "stderr", lines: ["one", "", "two"] },
};

const LINES = `web is FATAL: so it is.

  attempts    2026-11-23 12:00:00  not started: no x
              2026-11-23 12:00:01  pid 7: exit status 3 after 1.2 s
              2026-11-23 12:00:03  pid 8: terminated by SIGTERM after 20 ms, by an operator through JSON API
  restarts    2
  next try    2026-11-23 12:00:06, in 2.0 s
  stopped     by the daemon's shutdown
  waits for   db to be ready
              cache to be ready
  stderr      | one
              |
              | two

-> Do this.
-> Then that.
`;

test("an explanation has the reason first, then the facts, then what to do", () => {
  assert.equal(`${explanationLines(FATAL, NOON + 4000).join("\n")}\n`, LINES);
});

test("where there are no facts and nothing to do, there is the sentence", () => {
  const off = { ...FATAL, process: details("web"), advice: [], last_lines: null };
  assert.deepEqual(explanationLines(off, NOON), ["web is FATAL: so it is."]);
});

const document = (...explanations: readonly Explanation[]) => ({
  schema: 1,
  now: NOON + 4000,
  explanations,
});
const named = (name: string) => ({
  schema: 1,
  now: 0,
  processes: [details(name)],
});
const api = {
  "GET /explain": document(FATAL, FATAL),
  "GET /explain?name=web%3Aweb": document(FATAL),
  "GET /processes?name=web": named("web"),
  "GET /processes?name=nix": { error: { code: "BAD_NAME", message: "BAD_NAME: nix" } },
};

test("ctl explain tells of those that are named, and of names that mean nothing", async () => {
  const run = await ctl("explain nix web", { api });
  assert.equal(run.stdout, `nix: ERROR (no such process)\n${LINES}`);
  assert.equal(run.exitStatus, 1);
});

test("ctl explain without a name tells of all with trouble", async () => {
  const run = await ctl("explain", { api });
  assert.deepEqual([run.stdout, run.exitStatus], [`${LINES}\n${LINES}`, 0]);
});

test("ctl explain says so when there is nothing to tell", async () => {
  const run = await ctl("explain", { api: { "GET /explain": document() } });
  assert.deepEqual([run.stdout, run.exitStatus], ["Every process is as it should be.\n", 0]);
});

test("ctl explain --json gives the document", async () => {
  const run = await ctl("explain --json web", { api });
  assert.deepEqual(JSON.parse(run.stdout), document(FATAL));
  const quiet = await ctl("explain --json", { api: { "GET /explain": document() } });
  assert.deepEqual(JSON.parse(quiet.stdout), document());
});

test("ctl explain needs an answer", async () => {
  const run = await ctl("explain", { unreachable: "ECONNREFUSED" });
  assert.equal(run.exitStatus, 4);
});

test("ctl explain --jsno is a misuse", async () => {
  const run = await ctl("explain --jsno");
  assert.match(run.stdout, /^Error: no such option: --jsno\nexplain <name>/);
  assert.equal(run.exitStatus, 2);
});
