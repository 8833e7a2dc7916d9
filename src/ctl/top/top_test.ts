import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeScreen } from "../../../tests/support/fake_screen.ts";
import { byName, ctl, type FakeMethods } from "../fake_daemon.ts";
import { fault } from "../../rpc/faults.ts";
import { usage, usageAt } from "./testing.ts";

/** What is done at each look, the first being the one before there is a screen. */
type Script = readonly ((screen: FakeScreen) => void)[];

const CTRL_C = "\x03";

async function play(script: Script, methods: FakeMethods = {}, looks = usageOf) {
  const screen = new FakeScreen({ columns: 76, rows: 6 });
  const clock = new FakeClock();
  let count = 0;
  const look = () => {
    const now = count++;
    // After all that follows from this answer; time goes on, so that there is a next one.
    setImmediate(() => {
      script[now]?.(screen);
      clock.tick(1_000);
    });
    return looks(now);
  };
  const api = { "GET /usage": look, "GET /usage?memory=pss": look };
  const ran = await ctl("top", { screen, clock, methods, api });
  return {
    ...ran,
    screen,
    frames: screen.frames.map((lines) => lines.map((line) => line.trimEnd())),
  };
}

function usageOf(count: number) {
  return usageAt(count, usage("api", { cpuMs: count * 500 }), usage("web", { pid: 8, line: "up" }));
}

test("top shows rates from the second look on, and leaves with Ctrl-C", async () => {
  const { exitStatus, stdout, frames, screen } = await play([
    () => {},
    (screen) => screen.press(CTRL_C),
  ]);
  assert.deepEqual([exitStatus, stdout, screen.isOpen], [0, "", false]);
  assert.match(frames[0]![2]!, /^>api +RUNNING +7 +0:00:00 +- +2\.0M +0$/);
  assert.match(frames.at(-1)![2]!, /^>api +RUNNING +7 +0:00:01 +50\.0 +2\.0M +0$/);
  assert.match(frames.at(-1)![3]!, /^ web .* up$/);
});

test("top does what the keys ask for, and says what became of it", async () => {
  const methods = {
    stopProcess: byName({ web: true }),
    startProcess: byName({ web: fault("SPAWN_ERROR") }),
  };
  const { calls, frames } = await play([
    (screen) => screen.press("jr"),
    (screen) => screen.press("y"),
    () => {},
    (screen) => screen.press("q"),
  ], methods);
  assert.deepEqual(calls, ["stopProcess web", "startProcess web"]);
  const bottoms = [...new Set(frames.map((lines) => lines.at(-1)!))];
  assert.deepEqual(bottoms.slice(1, 5), [
    "restart web? y/n",
    "restart web …",
    "web: stopped",
    "web: ERROR (spawn error)",
  ]);
});

test("top shows the end of a log", async () => {
  const methods = { readProcessStdoutLog: "one\ntwo\n", readProcessStderrLog: fault("NO_FILE") };
  const { calls, frames } = await play([
    (screen) => screen.press("t"),
    () => {},
    (screen) => screen.press("e"),
    () => {},
    (screen) => screen.press(`q${CTRL_C}`),
  ], methods);
  assert.deepEqual(calls.slice(0, 1), ["readProcessStdoutLog api -16384 0"]);
  const shown = frames.map((lines) => lines.slice(0, 3).join("|"));
  assert.ok(shown.includes(" api stdout|one|two"), shown.join("\n"));
  assert.ok(shown.includes(" api stderr|NO_FILE|"), shown.join("\n"));
});

test("top draws anew for another size", async () => {
  const { frames } = await play([
    (screen) => screen.resize({ columns: 20, rows: 3 }),
    (screen) => screen.press("q"),
  ]);
  assert.deepEqual(frames.at(-1)!.length, 3);
  assert.ok(frames.at(-1)!.every((line) => line.length <= 20));
});

test("top gives the screen back where the daemon fails", async () => {
  const { exitStatus, stdout, screen } = await play([], {}, (count) => {
    if (count > 0) throw new Error("broken");
    return usageOf(0);
  });
  assert.deepEqual([exitStatus, screen.isOpen], [1, false]);
  assert.match(stdout, /^error: .*broken/);
});

const refusals: [action: string, exitStatus: number, said: RegExp][] = [
  ["top", 1, /^ERROR: top needs a terminal/],
  ["top web", 2, /^Error: top shows all processes/],
  ["top --interval 1ms", 2, /^Error: --interval expects/],
  ["top --what", 2, /^Error: no such option: --what/],
];

for (const [action, exitStatus, said] of refusals) {
  test(`ctl ${action} is refused`, async () => {
    const ran = await ctl(action, { api: { "GET /usage": usageOf(0) } });
    assert.equal(ran.exitStatus, exitStatus);
    assert.match(ran.stdout, said);
  });
}

test("top says that a daemon has no such API", async () => {
  const { exitStatus, stdout } = await ctl("top", {
    screen: new FakeScreen({ columns: 9, rows: 9 }),
  });
  assert.equal(exitStatus, 1);
  assert.match(stdout, /^ERROR: the daemon has no such API: it is no visor/);
});

test("top --json is one look", async () => {
  const { exitStatus, stdout } = await ctl("top --json", { api: { "GET /usage": usageOf(3) } });
  assert.deepEqual([exitStatus, JSON.parse(stdout)], [0, usageOf(3)]);
});

test("top --json tells what is wrong as a document, too", async () => {
  for (const [given, code] of [[{}, "NO_API"], [{ unreachable: "ENOENT" }, "ENOENT"]] as const) {
    const { stdout } = await ctl("top --json", given);
    assert.equal(JSON.parse(stdout).error.code, code);
  }
});
