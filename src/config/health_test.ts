import assert from "node:assert/strict";
import { test } from "node:test";
import { type HealthOptions, UNSET_HEALTH } from "../model/health.ts";
import { check, conf, load, onlyProcess, refusal } from "./testing.ts";

function healthOf(...lines: readonly string[]): Partial<HealthOptions> {
  const process = onlyProcess(...lines);
  const names = Object.keys(UNSET_HEALTH) as (keyof HealthOptions)[];
  return Object.fromEntries(
    names.flatMap((name) => process[name] === null ? [] : [[name, process[name]]]),
  );
}

const CHECK = "healthcheck_tcp=localhost:1";

const values: readonly (readonly [string[], Partial<HealthOptions>])[] = [
  [[], {}],
  [["healthcheck_command=true"], { healthcheck_command: "true" }],
  [["healthcheck_http=http://h/%(program_name)s"], { healthcheck_http: "http://h/p" }],
  [["healthcheck_tcp=h:80%(process_num)d"], { healthcheck_tcp: "h:800" }],
  [["healthcheck_interval=0.5", CHECK], {
    healthcheck_interval: 0.5,
    healthcheck_tcp: "localhost:1",
  }],
  [["healthcheck_startsecs=0", CHECK], {
    healthcheck_startsecs: 0,
    healthcheck_tcp: "localhost:1",
  }],
  [["healthcheck_action=Restart", CHECK], {
    healthcheck_action: "restart",
    healthcheck_tcp: "localhost:1",
  }],
  [["readiness=notify", "readiness_timeout=2m"], { readiness: "notify", readiness_timeout: 120 }],
  [["readiness_log=listening on port \\d+"], { readiness_log: "listening on port \\d+" }],
];

for (const [lines, want] of values) {
  test(`[program:x] reads ${lines.join(", ") || "no health options"}`, () => {
    assert.deepEqual(healthOf(...lines), want);
  });
}

test("each process of a section has a check of its own", () => {
  const { groups } = load(conf(
    "[program:p]",
    "command=cat",
    "numprocs=2",
    "process_name=p%(process_num)d",
    "healthcheck_tcp=localhost:800%(process_num)d",
  ));
  const addresses = groups[0]!.processes.map(({ healthcheck_tcp }) => healthcheck_tcp);
  assert.deepEqual(addresses, ["localhost:8000", "localhost:8001"]);
});

const refusals: readonly (readonly [string[], option: string, detail: RegExp])[] = [
  [["healthcheck_command="], "healthcheck_command", /expected a command, got none/],
  [['healthcheck_command="true'], "healthcheck_command", /No closing quotation/],
  [["healthcheck_http=h:80"], "healthcheck_http", /expected http:.* got "h:80"/],
  [["healthcheck_tcp=h"], "healthcheck_tcp", /expected host:port .* got "h"/],
  [["healthcheck_interval=soon"], "healthcheck_interval", /expected seconds such as/],
  [["healthcheck_interval=0"], "healthcheck_interval", /expected 0.1 seconds or more, got "0"/],
  [["healthcheck_timeout=-1"], "healthcheck_timeout", /expected seconds such as/],
  [["healthcheck_failures=0"], "healthcheck_failures", /expected a whole number from 1/],
  [["healthcheck_action=kill"], "healthcheck_action", /expected one of mark, restart/],
  [["readiness=maybe"], "readiness", /expected one of notify, healthcheck, got "maybe"/],
  [["readiness=healthcheck"], "readiness", /expected one of healthcheck_command, .* as well/],
  [["readiness_log=(a"], "readiness_log", /regular expression .* missing closing \)/],
  [["readiness_log=a(?=b)"], "readiness_log", /regular expression .* unsupported Perl syntax/],
  [["readiness_log="], "readiness_log", /it is empty/],
  [["readiness=notify", "readiness_log=up"], "readiness_log", /one way to be ready/],
  [["healthcheck_tcp=h:1", "healthcheck_command=true"], "healthcheck_tcp", /one kind of check/],
];

for (const [lines, option, detail] of refusals) {
  test(`[program:x] refuses ${lines.join(", ")}, at its line`, () => {
    const error = refusal(conf("[program:p]", "command=cat", ...lines));
    assert.match(error.detail, detail);
    assert.equal(error.place.option, option);
    const row = lines.findIndex((line) => line.startsWith(`${option}=`));
    assert.equal(error.place.line, 4 + row);
  });
}

test("an option that has no effect is told of, but not one that is for all programs", () => {
  const lines = ["[program:p]", "command=cat", "healthcheck_interval=5", "readiness_timeout=5"];
  const warned = check(conf(...lines)).warnings.map(({ place }) => place.option);
  assert.deepEqual(warned, ["healthcheck_interval", "readiness_timeout"]);
  const mistaken = check(conf(...lines, "healthcheck_http=h:80"));
  assert.deepEqual(mistaken.warnings, [], "it has a check, with a mistake in it");
  const forAll = ["[DEFAULT]", "healthcheck_interval=5", "[program:p]", "command=cat"];
  assert.deepEqual(check(conf(...forAll)).warnings, []);
});
