import assert from "node:assert/strict";
import { test } from "node:test";
import { dumpConfig } from "./dump.ts";
import { conf, load, onlyGroup, onlyProcess, refusal } from "./testing.ts";

const STEPS = [{ signal: 15, seconds: 5 }, { signal: 2, seconds: 0.5 }, {
  signal: 3,
  seconds: null,
}];

const sequences: readonly (readonly [readonly string[], number, unknown])[] = [
  [["stopsignal=TERM"], 15, null],
  [["stopsignal=TERM:5,INT:0.5,QUIT"], 15, STEPS],
  [["stopsignal=SIGTERM:5s, 2:500ms, quit"], 15, STEPS],
  [["stopsignals=TERM:5,INT:0.5,QUIT"], 15, STEPS],
  [["stopsignal=HUP", "stopsignals=TERM:5,INT:0.5,QUIT"], 1, STEPS],
  [["stopsignals=INT"], 15, [{ signal: 2, seconds: null }]],
];

for (const [lines, stopsignal, stopsignals] of sequences) {
  test(`${lines.join(" with ")} is read`, () => {
    const process = onlyProcess(...lines);
    assert.deepEqual([process.stopsignal, process.stopsignals], [stopsignal, stopsignals]);
  });
}

test("a plain stopsignal is dumped as ever", () => {
  const dump = dumpConfig(load(conf("[program:p]", "command=cat", "stopsignal=INT")));
  assert.match(dump, /^ +"stopsignal": "INT",$/m);
  assert.doesNotMatch(dump, /stopsignals/);
});

test("stopscope=tree takes the process group with it", () => {
  const { stopasgroup, killasgroup } = onlyProcess("stopscope=tree");
  assert.deepEqual([stopasgroup, killasgroup], [true, true]);
  assert.equal(onlyProcess("stopscope=process").stopasgroup, false);
});

test("commands may mention process_num", () => {
  const { processes } = onlyGroup(
    "[program:w]",
    "command=cat",
    "process_name=%(process_num)d",
    "numprocs=2",
    "pre_start=prepare %(process_num)d",
    "pre_start_timeout=1m",
    "post_stop=clean %(process_num)d",
    "stop_command=stop %(process_num)d",
    "reload_command=reload %(process_num)d",
  );
  const [, { pre_start, post_stop, stop_command, reload_command, pre_start_timeout }] =
    processes as [unknown, typeof processes[0]];
  assert.deepEqual([pre_start, post_stop, stop_command, reload_command, pre_start_timeout], [
    "prepare 1",
    "clean 1",
    "stop 1",
    "reload 1",
    60,
  ]);
});

const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["stopsignal", ["stopsignal=TERM,INT"], /got "TERM": only the last one may be without seconds/],
  ["stopsignal", ["stopsignal=TERM:x,INT"], /expected SIGNAL:SECONDS.* got "TERM:x"/],
  ["stopsignal", ["stopsignal=TERM:5:5,INT"], /expected SIGNAL:SECONDS/],
  ["stopsignal", ["stopsignal=NOPE:5,INT"], /expected a signal such as TERM, .*got "NOPE"/],
  ["stopsignals", ["stopsignals="], /got none/],
  ["stopscope", ["stopscope=all"], /expected one of process, tree, got "all"/],
  ["stopasgroup", ["stopscope=tree", "stopasgroup=false"], /part of the tree/],
  ["killasgroup", ["stopscope=tree", "killasgroup=no"], /part of the tree/],
  ["stop_command", ["stopsignals=INT", "stop_command=x"], /expected one of them/],
  ["reload_command", ["reload_signal=HUP", "reload_command=x"], /expected one of them/],
  ["pre_start", ["pre_start="], /expected a command, got none/],
  ["pre_start", ["pre_start=sh -c 'oops"], /expected a command, got "sh -c 'oops"/],
  ["pre_start_timeout", ["pre_start_timeout=0"], /expected more than 0 seconds/],
  ["post_stop_timeout", ["post_stop_timeout=never"], /expected seconds such as/],
];

for (const [option, lines, why] of refused) {
  test(`${lines.join(" with ")} is a mistake, told at ${option}`, () => {
    const { detail, place } = refusal(conf("[program:p]", "command=cat", ...lines));
    assert.match(detail, why);
    assert.equal(place.option, option);
  });
}
