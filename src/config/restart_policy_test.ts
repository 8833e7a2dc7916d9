import assert from "node:assert/strict";
import { test } from "node:test";
import { conf, onlyProcess, refusal } from "./testing.ts";

const accepted: readonly (readonly [string, unknown])[] = [
  ["type=oneshot", "oneshot"],
  ["type=Service", "service"],
  ["restartdelaysecs=0", 0],
  ["restartdelaysecs=2.5", 2.5],
  ["restartdelaysecs=500ms", 0.5],
  ["restartdelaysecs=2m", 120],
  ["restartbackoff=2", { factor: 2, cap: 60, jitter: 0 }],
  ["restartbackoff=1.5,300", { factor: 1.5, cap: 300, jitter: 0 }],
  ["restartbackoff=2, 60, 0.1", { factor: 2, cap: 60, jitter: 0.1 }],
  ["restartbackoff=factor 2, cap 60s, jitter 10%", { factor: 2, cap: 60, jitter: 0.1 }],
  ["restartlimit=5 in 60s", { restarts: 5, seconds: 60 }],
  ["restartlimit=1 IN 1h", { restarts: 1, seconds: 3600 }],
];

for (const [line, value] of accepted) {
  test(`${line} is read`, () => {
    const option = line.slice(0, line.indexOf("="));
    const process = onlyProcess(line) as unknown as Record<string, unknown>;
    assert.deepEqual(process[option], value);
  });
}

const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["type", ["type=forking"], /expected one of oneshot, service, got "forking"/],
  ["restartdelaysecs", ["restartdelaysecs=-1"], /expected seconds such as .*, got "-1"/],
  ["restartdelaysecs", ["restartdelaysecs=soon"], /expected seconds such as/],
  ...["", "x", "0.5, 60", "2, 0", "2, 60, 1.5", "2, 60, 0.1, 4", "cap 60", "2 60", "2,,0.1"].map((
    text,
  ) =>
    [
      "restartbackoff",
      [`restartbackoff=${text}`],
      /expected FACTOR, CAP, JITTER such as "2, 60, 0.1"/,
    ] as const
  ),
  ...["5", "5 in", "0 in 60s", "5 in 0", "-1 in 5", "five in 60s"].map((text) =>
    ["restartlimit", [`restartlimit=${text}`], /expected RESTARTS in SECONDS/] as const
  ),
  ["restartlimit_action", ["restartlimit=5 in 60", "restartlimit_action=ask"], /fatal, slow/],
  ["restartlimit_action", ["restartlimit_action=slow"], /expected a restartlimit .* as well/],
  ["restartdelaysecs", ["restartbackoff=2", "restartdelaysecs=0"], /cap of 60, got 0/],
  ["restartdelaysecs", ["restartbackoff=2, 5", "restartdelaysecs=6"], /cap of 5, got 6/],
  ["restartlimit", ["type=oneshot", "restartlimit=5 in 60"], /up to startretries/],
  ["autorestart", ["type=oneshot", "autorestart=true"], /expected unexpected .* or false/],
  ["startsecs", ["type=oneshot", "startsecs=5"], /expected 0, .*got 5/],
];

for (const [option, lines, why] of refused) {
  test(`${lines.join(" with ")} is a mistake, told at ${option}`, () => {
    const { detail, place } = refusal(conf("[program:p]", "command=cat", ...lines));
    assert.match(detail, why);
    assert.equal(place.option, option);
    assert.equal(place.line, 4 + lines.findIndex((line) => line.startsWith(`${option}=`)));
  });
}

test("a oneshot is up as soon as it is started", () => {
  const { startsecs, autorestart } = onlyProcess("type=oneshot");
  assert.deepEqual([startsecs, autorestart], [0, "unexpected"]);
  assert.equal(onlyProcess("type=service").startsecs, 1);
});
