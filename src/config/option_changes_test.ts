import assert from "node:assert/strict";
import { test } from "node:test";
import { optionChanges } from "./option_changes.ts";
import { onlyProcess } from "./testing.ts";

const cases: readonly (readonly [before: string[], after: string[], told: string[]])[] = [
  [[], [], []],
  [["stopwaitsecs=10"], ["stopwaitsecs=30"], ["stopwaitsecs: 10 -> 30"]],
  [[], ["directory=/tmp"], ['directory: null -> "/tmp"']],
  [["umask=022"], [], ['umask: "0022" -> null']],
  [["stopsignal=TERM"], ["stopsignal=INT"], ['stopsignal: "TERM" -> "INT"']],
  [["user=root"], ["user=web"], ['user: "root" -> "web"']],
  [["user=web"], ["user=33"], []],
  [["exitcodes=0"], ["exitcodes=0,2"], ["exitcodes: [0] -> [0,2]"]],
  [[], ["stdout_logfile=/tmp/x"], ['stdout_logfile: "AUTO" -> "/tmp/x"']],
  [["stdout_logfile=/tmp/x"], [], []],
  [[], ["keepstopped=yes"], ["keepstopped: null -> true"]],
  [
    ["environment=A=1,B=secret,C=3"],
    ["environment=B=hidden,C=3,D=4"],
    ["environment: A removed, B changed, D added"],
  ],
  [["serverurl=http://me:secret@h"], ["serverurl=http://h"], ["serverurl: changed"]],
];

for (const [before, after, told] of cases) {
  test(`optionChanges() from ${before} to ${after}`, () => {
    const changes = optionChanges(onlyProcess(...before), onlyProcess(...after));
    assert.deepEqual(
      changes.map(({ option, from, to, names }) => `${option}: ${names ?? `${from} -> ${to}`}`),
      told,
    );
  });
}
