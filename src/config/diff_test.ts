import assert from "node:assert/strict";
import { test } from "node:test";
import { compareGroups } from "./diff.ts";
import { conf, load } from "./testing.ts";

const groups = (...lines: string[]) => load(conf(...lines)).groups;
const program = (...lines: string[]) => groups("[program:p]", "command=x", ...lines);
const listener = (...lines: string[]) =>
  groups("[eventlistener:e]", "command=x", "events=TICK", ...lines);
const fcgi = (...lines: string[]) => groups("[fcgi-program:f]", "command=x", ...lines);

test("compareGroups() names what is new, gone and different", () => {
  const active = groups(
    "[program:a]",
    "command=x",
    "[program:b]",
    "command=x",
    "[program:c]",
    "command=x",
  );
  const read = groups(
    "[program:b]",
    "command=y",
    "[program:c]",
    "command=x",
    "[program:d]",
    "command=x",
  );
  assert.deepEqual(compareGroups(active, read), { added: ["d"], changed: ["b"], removed: ["a"] });
});

const changes: [
  name: string,
  before: ReturnType<typeof groups>,
  after: ReturnType<typeof groups>,
  changed: boolean,
][] = [
  ["nothing new", program(), program(), false],
  ["another priority", program(), program("priority=1"), true],
  ["another user", program("user=root"), program("user=web"), true],
  ["the same user by number", program("user=web"), program("user=33"), false],
  ["another environment", program("environment=A=1"), program("environment=A=2"), true],
  ["another file of variables", program("environment_file=a"), program("environment_file=b"), true],
  [
    "files in another order",
    program("environment_file=a,b"),
    program("environment_file=b,a"),
    true,
  ],
  [
    "sources in another order",
    program("environment_from=A:a,B:b"),
    program("environment_from=B:b,A:a"),
    false,
  ],
  ["another exit_on", program("exit_on=exit"), program(), true],
  ["other exit codes", program("exitcodes=0"), program("exitcodes=0,1"), true],
  ["a file instead of AUTO", program(), program("stdout_logfile=/tmp/x"), true],
  ["AUTO instead of a file", program("stdout_logfile=/tmp/x"), program(), false],
  ["another file", program("stdout_logfile=/tmp/x"), program("stdout_logfile=/tmp/y"), true],
  ["the same file", program("stdout_logfile=/tmp/x"), program("stdout_logfile=/tmp/x"), false],
  ["AUTO instead of NONE", program("stdout_logfile=NONE"), program(), false],
  ["NONE instead of AUTO", program(), program("stdout_logfile=NONE"), true],
  [
    "one more process",
    program("process_name=%(process_num)d"),
    program("process_name=%(process_num)d", "numprocs=2"),
    true,
  ],
  [
    "a [group:] instead of a program",
    program(),
    [{ ...program()[0]!, kind: "group" } as never],
    false,
  ],
  ["another buffer", listener(), listener("buffer_size=5"), true],
  ["other events", listener(), listener("events=EVENT"), true],
  ["the same events", listener("events=TICK,EVENT"), listener("events=EVENT,TICK"), false],
  ["another socket", fcgi("socket=unix:///a"), fcgi("socket=unix:///b"), true],
  [
    "another mode of the socket",
    fcgi("socket=unix:///a"),
    fcgi("socket=unix:///a", "socket_mode=0777"),
    false,
  ],
];

for (const [name, before, after, changed] of changes) {
  test(`compareGroups() takes ${name} for ${changed ? "a" : "no"} change`, () => {
    assert.equal(compareGroups(before, after).changed.length, changed ? 1 : 0);
  });
}

test("compareGroups() sees a changed global environment in every group", () => {
  const text = (value: string) => conf(`environment=A=${value}`, "[program:p]", "command=x");
  assert.deepEqual(compareGroups(load(text("1")).groups, load(text("2")).groups).changed, ["p"]);
});
