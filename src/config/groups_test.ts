import assert from "node:assert/strict";
import { test } from "node:test";
import { distinctGroups } from "./groups.ts";
import { check, conf, load, refusal } from "./testing.ts";

const program = (name: string, ...lines: string[]) => [`[program:${name}]`, "command=x", ...lines];

test("groups are sorted by priority, then name", () => {
  const { groups } = load(conf(...program("b"), ...program("a"), ...program("z", "priority=1")));
  assert.deepEqual(groups.map(({ name }) => name), ["z", "a", "b"]);
});

test("a program in a group has none of its own, and takes the group's name", () => {
  const { groups } = load(conf(
    ...program("a", "process_name=%(group_name)s-a"),
    ...program("b"),
    "[group:g]",
    "programs=b, a",
    "priority=5",
    "[group:h]",
    "programs=a",
  ));
  const found = groups.map((
    { kind, name, processes },
  ) => [kind, name, processes.map((p) => p.name)]);
  assert.deepEqual(found, [["group", "g", ["b", "g-a"]], ["group", "h", ["h-a"]]]);
});

test("processes of a FastCGI program share its socket, also in a group", () => {
  const fcgi = ["[fcgi-program:f]", "command=x", "process_name=%(process_num)d", "numprocs=2"];
  const lone = load(conf(...fcgi, "socket=tcp://h:1")).groups[0]!;
  assert.ok(lone.kind === "fcgi" && lone.processes.every(({ socket }) => socket === lone.socket));
  const grouped =
    load(conf(...fcgi, "socket=tcp://h:1", "[group:g]", "programs=f", "[group:h]", "programs=f"))
      .groups;
  const [first, second] = grouped.flatMap(({ processes }) => processes).slice(1);
  assert.equal(first!.socket!.url, "tcp://h:1");
  assert.equal(first!.socket, second!.socket);
});

test("a group may be empty", () => {
  assert.deepEqual(load(conf("[group:g]")).groups[0]!.processes, []);
});

test("the first of two groups with one name counts: group, program, listener, fcgi", () => {
  const text = conf(
    "[fcgi-program:x]",
    "command=x",
    "socket=tcp://h:1",
    ...program("x"),
    "[eventlistener:x]",
    "command=x",
    "events=TICK",
    "priority=999",
    "[group:x]",
  );
  const { config, warnings } = check(text);
  const kinds = config!.groups.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["group", "program", "eventlistener", "fcgi"]);
  assert.deepEqual(distinctGroups(config!.groups).map(({ kind }) => kind), ["group"]);
  assert.deepEqual(warnings.map(({ place }) => place.section), [
    "program:x",
    "eventlistener:x",
    "fcgi-program:x",
  ]);
});

test("a group of unknown programs is refused, on the line of the name", () => {
  const error = refusal(conf(...program("alpha"), "[group:g]", "programs=", "  alpha,", "  alhpa"));
  assert.equal(error.message, "[group:g] names unknown program or fcgi-program alhpa");
  assert.equal(error.detail, "there is no [program:alhpa]; did you mean alpha?");
  assert.equal(error.place.line, 7);
});

test("a group with a name of both kinds is refused", () => {
  const fcgi = ["[fcgi-program:a]", "command=x", "socket=tcp://h:1"];
  const { message } = refusal(conf(...program("a"), ...fcgi, "[group:g]", "programs=a"));
  assert.equal(message, "[group:g] name a is ambiguous (exists as program and fcgi-program)");
});
