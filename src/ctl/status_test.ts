import assert from "node:assert/strict";
import { test } from "node:test";
import { ctl, process } from "./fake_daemon.ts";

const getAllProcessInfo = [
  process("a", "RUNNING", 7),
  process("g:m1", "STOPPED"),
  process("g:m2", "STARTING"),
];

const A = "a                                RUNNING   pid 7, uptime 0:00:01\n";
const M1 = "g:m1                             STOPPED   \n";
const M2 = "g:m2                             STARTING  \n";

const cases = [
  { name: "lists everything", action: "status", stdout: A + M1 + M2, exitStatus: 3 },
  { name: "takes all among names", action: "status zz all", stdout: A + M1 + M2, exitStatus: 3 },
  { name: "is content while nothing is down", action: "status g:m2 a", stdout: M2 + A },
  { name: "keeps repeats", action: "status a a:a a:*", stdout: A + A + A },
  { name: "expands a group", action: "status g:*", stdout: M1 + M2, exitStatus: 3 },
  { name: "expands a group without a star", action: "status g:", stdout: M1 + M2, exitStatus: 3 },
  {
    name: "reports unknown names first",
    action: "status a nope g:nope nope:*",
    stdout: "nope: ERROR (no such process)\ng:nope: ERROR (no such process)\n" +
      `nope: ERROR (no such group)\n${A}`,
    exitStatus: 4,
  },
  {
    name: "lets a stopped process outweigh an unknown name",
    action: "status nope g:m1",
    stdout: `nope: ERROR (no such process)\n${M1}`,
    exitStatus: 3,
  },
  { name: "expands wildcards", action: "status m?", stdout: M1 + M2, exitStatus: 3 },
  { name: "leaves out what is excluded", action: "status !m1", stdout: A + M2 },
  {
    name: "shows nothing where everything is excluded",
    action: "status !*",
    stdout: "",
  },
  {
    name: "reports wildcards that match nothing",
    action: "status x* a y?:*",
    stdout: `x*: ERROR (no such process)\ny?: ERROR (no such group)\n${A}`,
    exitStatus: 4,
  },
  {
    name: "shows nothing where an exclusion is a mistake",
    action: "status !m3",
    stdout: "!m3: ERROR (no such process)\n",
    exitStatus: 4,
  },
  { name: "does not find a member by its bare name", action: "status m1", exitStatus: 4 },
];

for (const { name, action, stdout, exitStatus = 0 } of cases) {
  test(`status ${name}`, async () => {
    const run = await ctl(action, { methods: { getAllProcessInfo } });
    assert.equal(run.exitStatus, exitStatus);
    assert.equal(run.stdout, stdout ?? run.stdout);
  });
}

test("status widens its first column for a long name, by characters", async () => {
  const long = "é".repeat(20) + "\u{1f600}".repeat(20);
  const infos = [process("a", "STARTING"), process(long, "STARTING")];
  const { stdout } = await ctl("status", { methods: { getAllProcessInfo: infos } });
  assert.equal(stdout, `a${" ".repeat(42)}STARTING  \n${long}   STARTING  \n`);
});
