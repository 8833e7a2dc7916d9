import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config, ProcessConfig } from "../model/config.ts";
import { check, conf, load, refusal } from "./testing.ts";

function processesOf({ groups }: Config): Map<string, ProcessConfig> {
  return new Map(groups.flatMap(({ processes }) => processes.map((each) => [each.name, each])));
}

const PROGRAMS = [
  "[program:a]",
  "command=cat",
  "[program:b]",
  "command=cat",
  "startsecs=7",
  "environment=B=2",
  "[fcgi-program:f]",
  "command=cat",
  "socket=unix:///tmp/f",
  "[eventlistener:l]",
  "command=cat",
  "events=TICK_5",
];

test("programs of every kind have what [program-defaults] says where they do not", () => {
  const text = conf(
    "[DEFAULT]",
    "startsecs=1",
    "startretries=2",
    "[program-defaults]",
    "startsecs = 3",
    "environment=A=%(program_name)s",
    "directory=%(here)s",
    "exit_on=fatal",
    ...PROGRAMS,
  );
  const told = [...processesOf(load(text)).values()].map((process) => {
    const { name, startsecs, startretries, environment, directory, exit_on } = process;
    return [name, startsecs, startretries, Object.fromEntries(environment), directory, exit_on];
  });
  assert.deepEqual(told.sort(), [
    ["a", 3, 2, { A: "a" }, "/etc/v", "fatal"],
    ["b", 7, 2, { B: "2" }, "/etc/v", "fatal"],
    ["f", 3, 2, { A: "f" }, "/etc/v", "fatal"],
    ["l", 3, 2, { A: "l" }, "/etc/v", "fatal"],
  ]);
});

test("a listener keeps its stdout, its priority and its silence about itself", () => {
  const text = conf(
    "[program-defaults]",
    "priority=5",
    "redirect_stderr=true",
    "stdout_capture_maxbytes=1MB",
    "stdout_events_enabled=true",
    "stderr_capture_maxbytes=1MB",
    "stderr_events_enabled=true",
    "stopwaitsecs=5",
    ...PROGRAMS,
  );
  const processes = processesOf(load(text));
  const told = (name: string) => {
    const process = processes.get(name)!;
    return [
      process.priority,
      process.redirect_stderr,
      process.stdout_capture_maxbytes,
      process.stdout_events_enabled,
      process.stderr_capture_maxbytes,
      process.stderr_events_enabled,
      process.stopwaitsecs,
    ];
  };
  assert.deepEqual(told("a"), [5, true, 2 ** 20, true, 2 ** 20, true, 5]);
  assert.deepEqual(told("l"), [999, false, 0, false, 0, false, 5]);
  assert.deepEqual(load(text).groups.map(({ name }) => name), ["l", "a", "b", "f"]);
});

test("a listener is no oneshot, whatever programs are", () => {
  const text = conf(
    "[program-defaults]\ntype=oneshot",
    "[program:a]\ncommand=cat",
    "[eventlistener:l]\ncommand=cat\nevents=TICK_5",
  );
  const types = [...processesOf(load(text)).values()].map(({ name, type }) => [name, type]);
  assert.deepEqual(types.sort(), [["a", "oneshot"], ["l", null]]);
});

test("several files may have the section: options add up, and the last one counts", () => {
  const text = conf(
    "[program-defaults]",
    "startsecs=3",
    "stopwaitsecs=4",
    "[include]",
    "files=d/*",
    ...PROGRAMS,
  );
  const files = {
    "/etc/v/d/1.conf": "[program-defaults]\nstartsecs=5\nenvironment_file=all.env\n",
    "/etc/v/d/2.conf": "[program:z]\ncommand=cat\n",
    "/etc/v/d/all.env": "",
  };
  const { startsecs, stopwaitsecs, environment_file } = processesOf(load(text, { files })).get(
    "z",
  )!;
  assert.deepEqual([startsecs, stopwaitsecs], [5, 4]);
  assert.deepEqual(environment_file!.files.map(({ path }) => path), ["/etc/v/d/all.env"]);
});

test("a value that is wrong is told once, and where it stands", () => {
  const { errors } = check(conf("[program-defaults]", "umask=022", "startsecs=x", ...PROGRAMS));
  const told = errors.map(({ place, detail }) => [place.section, place.line, detail]);
  assert.deepEqual(told, [["program-defaults", 4, 'expected a whole number, got "x"']]);
});

for (
  const option of ["command", "process_name", "numprocs", "numprocs_start", "events", "socket"]
) {
  test(`[program-defaults] ${option} is refused, with and without programs`, () => {
    for (const programs of [[], PROGRAMS]) {
      const text = conf("[program-defaults]", "startsecs=1", `${option}=1`, ...programs);
      const { errors, warnings } = check(text);
      assert.deepEqual([errors.length, warnings], [1, []]);
      const { place, message, detail } = refusal(text);
      assert.deepEqual(place, {
        file: "/etc/v/main.conf",
        line: 4,
        section: "program-defaults",
        option,
      });
      assert.equal(detail, "is not for all programs; expected it in the section of each");
      assert.equal(message, `[program-defaults] cannot set ${option}: it ${detail}`);
    }
  });
}

test("misspelt options are told once, and a misspelt section is recognised", () => {
  const warned = (...lines: string[]) =>
    check(conf(...lines, ...PROGRAMS)).warnings.map(({ place, detail }) =>
      `${place.line} ${place.section}: ${detail}`
    );
  assert.deepEqual(warned("[program-defaults]", "startsec=1"), [
    "3 program-defaults: no such option in this section; did you mean startsecs?",
  ]);
  assert.deepEqual(warned("[program-default]", "startsecs=1"), [
    "2 program-default: no section of this kind is read; did you mean [program-defaults]?",
  ]);
});

test("a user without a name is told where the number stands", () => {
  const { warnings } = check(conf("[program-defaults]", "user=4711", ...PROGRAMS));
  assert.deepEqual(warnings.map(({ place }) => [place.line, place.section, place.option]), [
    [3, "program-defaults", "user"],
  ]);
});

test("environment_keep may wait there for programs that clear", () => {
  const text = conf("[program-defaults]", "environment_keep=PATH", ...PROGRAMS);
  assert.deepEqual(check(text).errors, []);
});
