import assert from "node:assert/strict";
import { test } from "node:test";
import type { GroupConfig } from "../model/config.ts";
import type { GroupStep } from "../model/update.ts";
import { planUpdate } from "./plan.ts";
import { conf, load } from "./testing.ts";

const groups = (...lines: string[]) => load(conf(...lines)).groups;
const program = (name: string, ...lines: string[]) => [
  `[program:${name}]`,
  "command=x",
  ...lines,
];
const many = (count: number, ...lines: string[]) =>
  program("w", "process_name=w%(process_num)d", `numprocs=${count}`, ...lines);
const grouped = (programs: string, ...lines: string[]) => [
  "[group:g]",
  `programs=${programs}`,
  ...lines,
];
const listener = (...lines: string[]) => ["[eventlistener:e]", "command=x", ...lines];
const fcgi = (...lines: string[]) => [
  "[fcgi-program:f]",
  "command=x",
  "process_name=f%(process_num)d",
  ...lines,
];

interface State {
  /** Names of processes that are down; all others are up. */
  readonly down?: readonly string[];
  /** Of these, whom an operator has stopped. */
  readonly stopped?: readonly string[];
  readonly only?: readonly string[];
}

function plan(active: readonly GroupConfig[], read: readonly GroupConfig[], state: State = {}) {
  const { down = [], stopped = [], only } = state;
  const groups = active.map((config) => {
    const names = config.processes.map(({ name }) => name);
    return {
      config,
      up: new Set(names.filter((name) => !down.includes(name))),
      stopped: new Set(stopped),
    };
  });
  return planUpdate(groups, read, only && new Set(only));
}

/** `change w: add w2 +; change w0 -+ stopwaitsecs`: `-` stops, `+` starts. */
function told({ group, action, processes }: GroupStep): string {
  const steps = processes.map(({ name, action, stops, starts, changes }) => {
    const does = `${stops ? "-" : ""}${starts ? "+" : ""}`;
    return [action, name, does, ...changes.map(({ option }) => option)].filter(Boolean).join(" ");
  });
  return `${action} ${group}${steps.length > 0 ? ": " : ""}${steps.join("; ")}`;
}

interface Case extends State {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly steps: readonly string[];
}

const two = (a: string[], b: string[], ...head: string[]) => [
  ...grouped("a,b", ...head),
  ...program("a", ...a),
  ...program("b", ...b),
];

const cases: readonly Case[] = [
  { name: "nothing", before: program("a"), after: program("a"), steps: [] },
  {
    name: "groups that go, change and come, in this order",
    before: [...program("a"), ...program("b")],
    after: [...program("a", "directory=/"), ...program("c"), ...program("d", "autostart=false")],
    steps: [
      "remove b: remove b -",
      "replace a: change a -+ directory",
      "add c: add c +",
      "add d: add d",
    ],
  },
  {
    name: "of the wanted groups only",
    before: [...program("a"), ...program("b")],
    after: program("c"),
    only: ["b", "zz"],
    steps: ["remove b: remove b -"],
  },
  {
    name: "a group that is down",
    before: program("a"),
    after: [],
    down: ["a"],
    steps: ["remove a: remove a"],
  },
  {
    name: "more processes",
    before: many(1),
    after: many(3),
    steps: ["change w: add w1 +; add w2 +"],
  },
  {
    name: "more processes that are not started",
    before: many(1, "autostart=false"),
    after: many(2, "autostart=false"),
    steps: ["change w: add w1"],
  },
  {
    name: "fewer processes, the highest first to go",
    before: many(3),
    after: many(1),
    down: ["w1"],
    steps: ["change w: remove w1; remove w2 -"],
  },
  {
    name: "every process by another name",
    before: many(2),
    after: program("w", "process_name=v%(process_num)d", "numprocs=2"),
    steps: ["replace w: remove w0 -; remove w1 -; add v0 +; add v1 +"],
  },
  {
    name: "numprocs that is part of every command",
    before: many(1, "environment=N=%(numprocs)s"),
    after: many(2, "environment=N=%(numprocs)s"),
    steps: ["replace w: change w0 -+ environment; add w1 +"],
  },
  {
    name: "one member that has to restart",
    before: two([], []),
    after: two([], ["directory=/"]),
    steps: ["change g: change b -+ directory"],
  },
  {
    name: "all members that have to restart",
    before: two([], []),
    after: two(["directory=/"], ["directory=/"]),
    steps: ["replace g: change a -+ directory; change b -+ directory"],
  },
  {
    name: "options that a running process need not be stopped for",
    before: program("a"),
    after: program(
      "a",
      "autorestart=true",
      "startsecs=2",
      "startretries=5",
      "exitcodes=0,2",
      "stopsignal=INT",
      "stopwaitsecs=3",
      "stopasgroup=true",
      "killasgroup=true",
      "exit_on=fatal",
      "keepstopped=true",
    ),
    steps: [
      "change a: change a autorestart exit_on exitcodes keepstopped killasgroup startretries " +
      "startsecs stopasgroup stopsignal stopwaitsecs",
    ],
  },
  {
    name: "logs that are opened anew",
    before: program("a"),
    after: program(
      "a",
      "stdout_logfile=/tmp/x",
      "stderr_logfile_maxbytes=1",
      "stdout_capture_maxbytes=9",
      "stdout_syslog=true",
      "stderr_events_enabled=true",
    ),
    steps: [
      "change a: change a stderr_events_enabled stderr_logfile_maxbytes stdout_capture_maxbytes " +
      "stdout_logfile stdout_syslog",
    ],
  },
  {
    name: "where stderr goes, which is the process's own",
    before: program("a"),
    after: program("a", "redirect_stderr=true"),
    steps: ["replace a: change a -+ redirect_stderr stderr_logfile"],
  },
  {
    name: "the priority of a member",
    before: two([], []),
    after: two([], ["priority=5"]),
    steps: ["change g: change b priority"],
  },
  {
    name: "the priority of a group, which a program by itself is",
    before: [...two([], []), ...program("c")],
    after: [...two([], [], "priority=5"), ...program("c", "priority=5")],
    steps: [
      "replace c: change c -+ priority",
      "replace g: change a -+; change b -+",
    ],
  },
  {
    name: "a member that is gone, with its section",
    before: two([], []),
    after: [...grouped("a"), ...program("a")],
    steps: ["change g: remove b -"],
  },
  {
    name: "a program that leaves its group",
    before: two([], []),
    after: [...grouped("a"), ...program("a"), ...program("b")],
    steps: ["replace g: remove b -; change a -+", "add b: add b +"],
  },
  {
    name: "a program that joins a group",
    before: [...grouped("a"), ...program("a"), ...program("b")],
    after: two([], []),
    steps: ["remove b: remove b -", "change g: add b +"],
  },
  {
    name: "another order of members",
    before: two([], []),
    after: [...grouped("b,a"), ...program("a"), ...program("b")],
    steps: ["change g"],
  },
  {
    name: "members of one name, who cannot be told apart",
    before: [
      ...grouped("a,b"),
      ...program("a", "process_name=x"),
      ...program("b", "process_name=x"),
    ],
    after: [
      ...grouped("a,b"),
      ...program("a", "process_name=x"),
      ...program("b", "process_name=x", "stopwaitsecs=1"),
    ],
    steps: ["replace g: change x -+; change x -+ stopwaitsecs"],
  },
  {
    name: "a changed process that is down, which Supervisor starts",
    before: program("a"),
    after: program("a", "stopwaitsecs=3"),
    down: ["a"],
    steps: ["change a: change a + stopwaitsecs"],
  },
  {
    name: "a changed process that an operator stopped, which Supervisor starts",
    before: program("a"),
    after: program("a", "directory=/"),
    down: ["a"],
    stopped: ["a"],
    steps: ["replace a: change a + directory"],
  },
  {
    name: "a changed process that is kept stopped",
    before: program("a", "keepstopped=true"),
    after: program("a", "keepstopped=true", "directory=/"),
    down: ["a"],
    stopped: ["a"],
    steps: ["replace a: change a directory"],
  },
  {
    name: "keepstopped, which does not keep down what ended by itself",
    before: program("a", "keepstopped=true"),
    after: program("a", "keepstopped=true", "directory=/"),
    down: ["a"],
    steps: ["replace a: change a + directory"],
  },
  {
    name: "autostart=false where it runs, which Supervisor stops",
    before: program("a"),
    after: program("a", "autostart=false"),
    steps: ["change a: change a - autostart"],
  },
  {
    name: "autostart=true where it runs",
    before: program("a", "autostart=false"),
    after: program("a"),
    steps: ["change a: change a autostart"],
  },
  {
    name: "autostart=true where it does not run",
    before: program("a", "autostart=false"),
    after: program("a"),
    down: ["a"],
    steps: ["change a: change a + autostart"],
  },
  {
    name: "a process without autostart that has to restart, which Supervisor only stops",
    before: program("a", "autostart=false"),
    after: program("a", "autostart=false", "directory=/"),
    steps: ["replace a: change a - directory"],
  },
  {
    name: "a group of another kind",
    before: ["[eventlistener:a]", "command=x", "events=TICK_5"],
    after: program("a", "priority=-1"),
    steps: ["replace a: change a -+ priority"],
  },
  {
    name: "other events, or another buffer, of a pool",
    before: listener("events=TICK_5"),
    after: listener("events=TICK_60", "buffer_size=5"),
    steps: ["replace e: change e -+"],
  },
  {
    name: "more listeners in a pool",
    before: listener("events=TICK_5", "process_name=e%(process_num)d"),
    after: listener("events=TICK_5", "process_name=e%(process_num)d", "numprocs=2"),
    steps: ["replace e: change e0 -+; add e1 +"],
  },
  {
    name: "a pool that waits longer for its listener to stop",
    before: listener("events=TICK_5"),
    after: listener("events=TICK_5", "stopwaitsecs=3"),
    steps: ["change e: change e stopwaitsecs"],
  },
  {
    name: "another socket",
    before: fcgi("socket=tcp://localhost:1"),
    after: fcgi("socket=tcp://localhost:2"),
    steps: ["replace f: change f0 -+ socket"],
  },
];

for (const { name, before, after, steps, ...state } of cases) {
  test(`planUpdate() plans for ${name}`, () => {
    const planned = plan(groups(...before), groups(...after), state);
    assert.deepEqual(planned.map(({ step }) => told(step)), steps);
  });
}

test("processes of a FastCGI group that come later share the socket of those that run", () => {
  const active = groups(...fcgi("socket=tcp://localhost:1"));
  const read = groups(...fcgi("socket=tcp://localhost:1", "socket_backlog=5", "numprocs=2"));
  const [{ config, step }] = plan(active, read) as [ReturnType<typeof plan>[0]];
  assert.equal(told(step), "change f: add f1 +");
  const sockets = config!.processes.map(({ socket }) => socket);
  assert.deepEqual(sockets, [active[0]!.processes[0]!.socket, active[0]!.processes[0]!.socket]);
  assert.equal(sockets[0], sockets[1]);
});

const changes: readonly (readonly [before: string[], after: string[], told: string[]])[] = [
  [["numprocs=1"], ["numprocs=2"], ["numprocs 1 2"]],
  [["priority=1"], [], ["priority 1 999"]],
];

for (const [before, after, expected] of changes) {
  test(`planUpdate() says of a group that ${expected}`, () => {
    const lines = (more: string[]) =>
      groups(...program("w", "process_name=%(process_num)d", ...more));
    const [planned] = plan(lines(before), lines(after));
    const told = planned!.step.changes.map(({ option, from, to }) => `${option} ${from} ${to}`);
    assert.deepEqual(told, expected);
  });
}

test("planUpdate() says which members a group gets and loses", () => {
  const before = [...grouped("a,b"), ...program("a"), ...program("b")];
  const after = [...grouped("a,c"), ...program("a"), ...program("c")];
  const [planned] = plan(groups(...before), groups(...after));
  assert.deepEqual(planned!.step.changes, [
    { option: "processes", from: null, to: null, names: "b removed, c added" },
  ]);
});
