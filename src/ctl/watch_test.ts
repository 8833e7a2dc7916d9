import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeScreen } from "../../tests/support/fake_screen.ts";
import { ctl, process } from "./fake_daemon.ts";

/** One look after the other, each after what the one before it brings about. */
function looks(...moments: readonly (readonly ReturnType<typeof process>[])[]) {
  let count = 0;
  const clock = new FakeClock();
  const screen = new FakeScreen({ rows: 4, columns: 50 });
  return {
    clock,
    screen,
    methods: {
      getAllProcessInfo() {
        const moment = moments[Math.min(count++, moments.length - 1)]!;
        if (count >= moments.length) setImmediate(() => screen.press("\x03"));
        else setImmediate(() => clock.tick(60_000));
        // The rest of the interval begins only when the first part of it is over.
        setImmediate(() => setImmediate(() => clock.tick(60_000)));
        return [...moment];
      },
    },
  };
}

const A = "a                                RUNNING   pid 7,…";

test("status --watch shows on the screen what is there, until Ctrl-C", async () => {
  const given = looks(
    [process("a", "RUNNING", 7), process("b", "STARTING")],
    [process("a", "RUNNING", 7)],
    ["a", "b", "c", "d", "e"].map((name) => process(name, "STOPPED")),
  );
  const { exitStatus, stdout } = await ctl("status --watch --interval 2s", given);
  assert.deepEqual([exitStatus, stdout, given.screen.isOpen], [0, "", false]);
  const stopped = (name: string) => `${name}                                STOPPED   `;
  assert.deepEqual(given.screen.frames, [
    [A, "b                                STARTING  "],
    [A],
    [stopped("a"), stopped("b"), stopped("c"), "… 2 more"],
  ]);
});

test("status --watch draws anew when the size of the screen changes", async () => {
  const given = looks([process("a", "RUNNING", 7)], [process("a", "RUNNING", 7)]);
  setImmediate(() => given.screen.resize({ rows: 1, columns: 6 }));
  await ctl("status --watch", given);
  assert.deepEqual(given.screen.frames.at(-1), ["a    …"]);
});

const misuses = [
  "--watch --interval soon",
  "--watch --interval",
  "--watch -x",
  "--watch --interval=9d",
];

for (const words of misuses) {
  test(`status ${words} is refused`, async () => {
    const { exitStatus, stdout } = await ctl(`status ${words}`);
    assert.equal(exitStatus, 2);
    assert.match(stdout, /^Error: .*\nstatus <name>/);
  });
}

test("status --watch names what went wrong with the daemon, with the screen given back", async () => {
  const screen = new FakeScreen({ rows: 4, columns: 50 });
  let greeted = 0;
  const gone = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const getVersion = () => {
    if (greeted++ > 0) throw gone;
    return "3.0";
  };
  const clock = new FakeClock();
  const getAllProcessInfo = () => {
    setImmediate(() => clock.tick(1_000));
    throw gone;
  };
  const { exitStatus, stdout } = await ctl("status --watch", {
    clock,
    screen,
    methods: { getVersion, getAllProcessInfo },
  });
  assert.deepEqual([exitStatus, stdout, screen.isOpen], [
    4,
    "unix:///s refused connection\n",
    false,
  ]);
});
