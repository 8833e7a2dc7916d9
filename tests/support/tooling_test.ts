import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  addTallies,
  countJunit,
  countSummary,
  countVerdicts,
  differencesIn,
  failuresIn,
  judge,
  NOTHING,
  tallyLine,
} from "./tooling.ts";

function fromRoot(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

const reports = [
  {
    name: "counts what Deno ran, a group by what is in it",
    xml: `
      <testsuites name="deno test" tests="5" failures="2" errors="0" time="0.013">
        <testsuite name="./src/a_test.ts" tests="3" disabled="1" errors="0" failures="1">
          <testcase name="says &quot;&lt;failure&gt;&quot;" classname="./src/a_test.ts" line="3">
          </testcase>
          <testcase name="later" classname="./src/a_test.ts" line="5">
            <skipped/>
          </testcase>
          <testcase name="a group" classname="./src/a_test.ts" line="6">
            <failure message="1 test step failed">1 test step failed.</failure>
          </testcase>
        </testsuite>
        <testsuite name="ext:testing.ts" tests="2" disabled="0" errors="0" failures="1">
          <testcase name="a group &gt; four" classname="ext:testing.ts" line="1">
          </testcase>
          <testcase name="a group &gt; five" classname="ext:testing.ts" line="1">
            <failure message="Uncaught Error: x">Error: x</failure>
          </testcase>
        </testsuite>
      </testsuites>`,
    tally: { passed: 2, failed: 1, skipped: 1 },
  },
  {
    name: "counts a group that fails on its own",
    xml: `
      <testcase name="group" classname="a"><failure message="x">x</failure></testcase>
      <testcase name="group &gt; one" classname="a"></testcase>`,
    tally: { passed: 1, failed: 1, skipped: 0 },
  },
  {
    name: "counts what Bun ran",
    xml: `
      <testsuites name="bun test" tests="4" failures="1" skipped="1" time="0.03">
        <testsuite name="src/a_test.ts" tests="4" failures="1" skipped="1">
          <testcase name="one" classname="" file="src/a_test.ts" assertions="0" />
          <testcase name="two" classname="" file="src/a_test.ts" assertions="0">
            <failure type="AssertionError" message="a &gt; b&#10;">AssertionError</failure>
          </testcase>
          <testcase name="three" classname="" file="src/a_test.ts" assertions="0">
            <skipped />
          </testcase>
          <testsuite name="a group" file="src/a_test.ts" tests="1" failures="0" skipped="0">
            <testcase name="four" classname="a group" file="src/a_test.ts" assertions="0" />
          </testsuite>
        </testsuite>
      </testsuites>`,
    tally: { passed: 2, failed: 1, skipped: 1 },
  },
  { name: "counts nothing in an empty report", xml: "<testsuites></testsuites>", tally: NOTHING },
];

for (const { name, xml, tally } of reports) {
  test(`countJunit() ${name}`, () => {
    assert.deepEqual(countJunit(xml), tally);
  });
}

test("countSummary() reads the last count", () => {
  const output = "1 passed, 1 failed\nsame     faults\n40 passed, 2 failed\n";
  assert.deepEqual(countSummary(output), { passed: 40, failed: 2, skipped: 0 });
  assert.equal(countSummary("Traceback (most recent call last):\n"), undefined);
});

test("tallyLine() names skipped tests only where there are some, and countSummary() reads it", () => {
  const some = addTallies(NOTHING, { passed: 3, failed: 1, skipped: 2 });
  assert.equal(tallyLine(some), "3 passed, 1 failed, 2 skipped");
  assert.equal(tallyLine({ ...some, skipped: 0 }), "3 passed, 1 failed");
  assert.deepEqual(countSummary(tallyLine(some)), some);
});

test("countVerdicts() counts what the oracle compared before it was cut off", () => {
  const output =
    "same     faults\nDIFFERS  structs\n    -same\n    +DIFFERS at all\nsame     rotation\n";
  assert.deepEqual(countVerdicts(output), { passed: 2, failed: 1, skipped: 0 });
  assert.equal(countVerdicts("Traceback (most recent call last):\n"), undefined);
});

test("failuresIn() tells what Deno and Bun report, and not too much of it", () => {
  const deno = `<testcase name="a &lt;b&gt;" classname="x" line="3">
      <failure message="Uncaught Error: it&apos;s &quot;bad&quot;
second">Error</failure></testcase><testcase name="ok" line="5">
      </testcase>`;
  assert.deepEqual(failuresIn(deno), [`a <b>: Uncaught Error: it's "bad"\nsecond`]);
  const bun = `<testcase name="ok" line="1" /><testcase name="b" line="2">
      <failure type="Error" message="one&#10;two">Error</failure></testcase>`;
  assert.deepEqual(failuresIn(bun), ["b: one\ntwo"]);
  const [long] = failuresIn(bun.replace("one", "x".repeat(2000)));
  assert.equal(long!.length, 601);
});

test("differencesIn() tells what the oracle found", () => {
  const output = "same     faults\nDIFFERS  structs\n    -same\n";
  assert.deepEqual(differencesIn(output), ["DIFFERS  structs"]);
});

const endings = [
  { name: "believes a count and a status that agree", count: 0, status: 0, failed: 0 },
  { name: "believes failures", count: 2, status: 1, failed: 2 },
  { name: "adds a failure for a crash after the last test", count: 0, status: 1, failed: 1 },
  { name: "adds a failure for a runner that was killed", count: 2, status: "SIGSEGV", failed: 3 },
  { name: "adds a failure for one that never counted", count: undefined, status: 0, failed: 1 },
];

for (const { name, count, status, failed } of endings) {
  test(`judge() ${name}`, () => {
    const counted = count === undefined ? undefined : { ...NOTHING, failed: count };
    const { tally, problem } = judge(counted, status);
    assert.equal(tally.failed, failed);
    assert.equal(problem === undefined, failed === (count ?? 0));
  });
}

const { toolchain, imports } = JSON.parse(fromRoot("deno.json")) as {
  toolchain: { deno: string };
  imports: Record<string, string>;
};

for (const file of ["README.md", ".ci/run"]) {
  test(`${file} starts the Deno that deno.json pins`, () => {
    const named = [...fromRoot(file).matchAll(/deno@([\w.-]+)/g)].map(([, version]) => version);
    assert.notEqual(named.length, 0);
    assert.deepEqual(new Set(named), new Set([toolchain.deno]));
  });
}

test("deno.json pins every dependency to one version", () => {
  for (const specifier of Object.values(imports)) {
    assert.match(specifier, /^npm:(@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+$/);
  }
});
