import assert from "node:assert/strict";
import { test } from "node:test";
import { describe } from "./problems.ts";
import { check, conf, load } from "./testing.ts";

/** As a container of a switch has it. */
function plugIn(options: string, ...more: readonly string[]): string {
  const others = ["rsyslogd", "start"].map((name) =>
    `[program:${name}]\ncommand=cat\nautostart=false\ndependent_startup=true`
  );
  return conf(...others, `[program:syncd]\ncommand=cat\nautostart=false\n${options}`, ...more);
}

const LISTENER = "[eventlistener:dependent-startup]\ncommand=python3 -m " +
  "supervisord_dependent_startup\nevents=PROCESS_STATE";

function waits(text: string) {
  const { groups } = load(text);
  return groups.find(({ name }) => name === "syncd")!.processes[0]!.dependent_startup_wait_for;
}

const accepted = [
  { options: "", means: null },
  { options: "dependent_startup=false\ndependent_startup_wait_for=nobody:running", means: null },
  { options: "dependent_startup=true", means: [] },
  {
    options: "dependent_startup=true\ndependent_startup_inherit_priority=true\n" +
      "dependent_startup_wait_for=start:exited rsyslogd:running,FATAL",
    means: ["start EXITED", "rsyslogd RUNNING,FATAL"],
  },
];

for (const { options, means } of accepted) {
  test(`${JSON.stringify(options)} waits for ${JSON.stringify(means)}`, () => {
    const told = waits(plugIn(options))?.map(({ group, states }) => `${group} ${states}`);
    assert.deepEqual(told ?? null, means);
    assert.deepEqual(check(plugIn(options)).warnings, []);
  });
}

test("where the plug-in's own listener is configured, all is left to it", () => {
  const text = plugIn(
    "dependent_startup=true\ndependent_startup_wait_for=gone:running",
    LISTENER,
  );
  assert.equal(waits(text), null);
  assert.deepEqual(check(text).warnings, []);
});

const refused = [
  { written: "start:done", says: `expected name:state such as db:running, with blanks between, ` },
  { written: "start", says: "expected name:state such as db:running, with blanks between, " },
  { written: "start:", says: "expected name:state such as db:running, with blanks between, " },
  { written: "stort:exited", says: `there is no program "stort"; did you mean start?` },
  { written: "syncd:running", says: "syncd would wait for itself: syncd -> syncd" },
];

for (const { written, says } of refused) {
  test(`dependent_startup_wait_for=${written} is warned of with its line`, () => {
    const options = `dependent_startup=true\ndependent_startup_wait_for=${written}`;
    const { errors, warnings: [warning] } = check(plugIn(options));
    assert.deepEqual(errors, []);
    const place = "/etc/v/main.conf:14: [program:syncd] dependent_startup_wait_for: ";
    assert.ok(describe(warning!).startsWith(place + says), describe(warning!));
  });
}

test("a program whose waits cannot be read is left alone", () => {
  assert.equal(
    waits(plugIn("dependent_startup=true\ndependent_startup_wait_for=gone:exited")),
    null,
  );
});
