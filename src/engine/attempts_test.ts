import assert from "node:assert/strict";
import { test } from "node:test";
import { EPOCH_MS } from "../../tests/support/fake_clock.ts";
import { code, FakeWorld, killed, lone } from "../../tests/support/fake_world.ts";
import type { ProcessConfig } from "../model/config.ts";
import type { Asker } from "../model/details.ts";
import { SIGKILL, SIGTERM } from "../model/signal.ts";
import { MOST_ATTEMPTS, NO_HISTORY } from "./attempts.ts";
import { nextTryAt } from "./process.ts";

const OPERATOR: Asker = { via: "XML-RPC", peer: "unix socket" };

function worldWithWeb(options: Partial<ProcessConfig> = {}) {
  const world = new FakeWorld(lone("web", options));
  return { world, web: world.process("web") };
}

test("a run is remembered with when, how long, and how it ended", () => {
  const { world, web } = worldWithWeb({ autorestart: false });
  assert.equal(web.history, NO_HISTORY);
  const startedAt = EPOCH_MS + world.clock.now();
  world.run("web");
  const running = { startedAt, pid: 101, spawnerr: null, exit: null, durationMs: null };
  assert.deepEqual(web.history, { attempts: [{ ...running, endedBy: null }], starts: 1 });
  world.clock.tick(500);
  world.exit("web", code(3));
  const ended = { ...running, exit: code(3), durationMs: 1501, endedBy: null };
  assert.deepEqual(web.history, { attempts: [ended], starts: 1 });
});

test("a start that came to nothing is remembered with the reason", () => {
  const { world, web } = worldWithWeb({ startretries: 0 });
  world.spawnFailures.set("web", "can't find command 'web'");
  world.supervisor.start(web);
  const [{ pid, spawnerr, durationMs } = assert.fail()] = web.history.attempts;
  assert.deepEqual([pid, spawnerr, durationMs], [null, "can't find command 'web'", 0]);
});

test("only the last attempts are remembered, and all are counted", () => {
  const { world, web } = worldWithWeb({ startsecs: 0, autorestart: false });
  for (let i = 0; i < 25; i++) {
    world.supervisor.start(web);
    world.exit("web", code(i));
  }
  assert.deepEqual([web.history.attempts.length, web.history.starts], [MOST_ATTEMPTS, 25]);
  assert.deepEqual(web.history.attempts.map(({ exit }) => exit).at(-1), code(24));
  assert.deepEqual(web.history.attempts.map(({ exit }) => exit)[0], code(15));
});

test("whoever had it stopped is named until the next start", () => {
  const { world, web } = worldWithWeb({ startsecs: 0 });
  world.supervisor.start(web);
  world.supervisor.stop(web, OPERATOR);
  world.exit("web", killed(SIGTERM));
  assert.deepEqual([web.stopper, web.history.attempts[0]!.endedBy], [OPERATOR, OPERATOR]);
  world.supervisor.start(web);
  assert.equal(web.stopper, null);
  world.exit("web", killed(SIGTERM));
  assert.equal(web.history.attempts[1]!.endedBy, null);
});

for (
  const { sent, ended, by } of [
    { sent: SIGTERM, ended: killed(SIGTERM), by: OPERATOR },
    { sent: SIGTERM, ended: killed(SIGKILL), by: null },
    { sent: SIGTERM, ended: code(SIGTERM), by: null },
  ]
) {
  test(`an end by ${JSON.stringify(ended)} after signal ${sent} is ${by?.via ?? "nobody"}'s`, () => {
    const { world, web } = worldWithWeb({ startsecs: 0 });
    world.supervisor.start(web);
    world.supervisor.signal(web, sent, OPERATOR);
    world.exit("web", ended);
    assert.deepEqual(web.history.attempts[0]!.endedBy, by);
  });
}

test("the next try is known while one is to come, and only then", () => {
  const { world, web } = worldWithWeb({ startretries: 1, startsecs: 10 });
  world.supervisor.start(web);
  assert.equal(nextTryAt(web), null); // there is a timer, but for something else
  world.exit("web", code(1));
  assert.equal(nextTryAt(web), world.clock.now() + 1000);
  world.clock.tick(1000);
  world.exit("web", code(1));
  assert.deepEqual([world.state("web"), nextTryAt(web), web.timerDue], ["FATAL", null, null]);
});
