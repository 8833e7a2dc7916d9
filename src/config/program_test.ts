import assert from "node:assert/strict";
import { test } from "node:test";
import { UNSET_OPTIONS } from "../model/own_options.ts";
import { conf, load, onlyGroup, onlyProcess, refusal } from "./testing.ts";

test("[program:x] has a default for everything but command", () => {
  const log = { type: "auto" };
  assert.deepEqual(onlyProcess(), {
    name: "p",
    command: "cat",
    directory: null,
    umask: null,
    priority: 999,
    autostart: true,
    autorestart: "unexpected",
    startsecs: 1,
    startretries: 3,
    exitcodes: [0],
    stopsignal: 15,
    stopwaitsecs: 10,
    stopasgroup: false,
    killasgroup: false,
    ...UNSET_OPTIONS,
    user: null,
    redirect_stderr: false,
    stdout_logfile: log,
    stdout_logfile_maxbytes: 52_428_800,
    stdout_logfile_backups: 10,
    stdout_capture_maxbytes: 0,
    stdout_events_enabled: false,
    stdout_syslog: false,
    stderr_logfile: log,
    stderr_logfile_maxbytes: 52_428_800,
    stderr_logfile_backups: 10,
    stderr_capture_maxbytes: 0,
    stderr_events_enabled: false,
    stderr_syslog: false,
    socket: null,
    environment: new Map(),
    serverurl: null,
  });
});

test("numprocs makes numbered processes", () => {
  const { processes } = onlyGroup(
    "[program:w]",
    "command=x %(process_num)02d of %(numprocs)d in %(group_name)s on %(host_node_name)s",
    "process_name=%(program_name)s_%(process_num)d",
    "numprocs=2",
    "numprocs_start=9",
  );
  assert.deepEqual(processes.map(({ name, command }) => [name, command]), [
    ["w_10", "x 10 of 2 in w on box"],
    ["w_9", "x 09 of 2 in w on box"],
  ]);
});

test("numprocs may be nothing", () => {
  assert.deepEqual(onlyGroup("[program:p]", "numprocs=0").processes, []);
});

test("the program's environment stands over the global one, and its other options see it", () => {
  const config = load(
    conf(
      "environment=A=global,B=global",
      "[program:p]",
      'environment=A="own %(process_num)d",C=%(ENV_B)s',
      "command=%(ENV_A)s/%(ENV_B)s/%(ENV_D)s",
    ),
    { env: { A: "daemon", D: "daemon" } },
  );
  const [process] = config.groups[0]!.processes;
  assert.equal(process!.command, "own 0/global/daemon");
  assert.deepEqual(Object.fromEntries(process!.environment), {
    A: "own 0",
    B: "global",
    C: "global",
  });
});

test("killasgroup follows stopasgroup", () => {
  assert.equal(onlyProcess("stopasgroup=true").killasgroup, true);
});

test("[DEFAULT] gives what a program does not say", () => {
  const { processes } = onlyGroup("[DEFAULT]", "startsecs=7", "[program:p]", "command=x");
  assert.equal(processes[0]!.startsecs, 7);
});

const values: [line: string, option: string, want: unknown][] = [
  ["serverurl=auto", "serverurl", null],
  ["serverurl=http://h:1", "serverurl", "http://h:1"],
  ["directory=~/x", "directory", "~/x"],
  ["user=33", "user", { written: 33, id: 33 }],
  ["umask=077", "umask", 0o77],
  ["command=", "command", ""],
  ["exitcodes=", "exitcodes", []],
  ["stdout_logfile=NONE", "stdout_logfile", { type: "none" }],
  ["stdout_logfile=", "stdout_logfile", { type: "none" }],
  ["stdout_logfile=x.log", "stdout_logfile", { type: "file", path: "x.log" }],
  ["stdout_logfile=~/x", "stdout_logfile", { type: "file", path: "/root/x" }],
  ["stdout_logfile=a%%b", "stdout_logfile", { type: "file", path: "a%b" }],
  ["stdout_logfile=a%%%%b", "stdout_logfile", { type: "file", path: "a%b" }],
  ["stdout_logfile=%(program_name)s-%(process_num)d", "stdout_logfile", {
    type: "file",
    path: "p-0",
  }],
];

for (const [line, option, want] of values) {
  test(`[program:x] reads ${line}`, () => {
    assert.deepEqual(onlyProcess(line)[option as "command"], want);
  });
}

test("syslog as a log is the old way to copy to syslog, and warns", () => {
  const config = load(conf("[program:p]", "command=x", "stdout_logfile=SYSLOG"));
  const [{ stdout_logfile, stdout_syslog }] = config.groups[0]!.processes as [never];
  assert.deepEqual([stdout_logfile, stdout_syslog], [{ type: "none" }, true]);
  assert.deepEqual(config.messages.warn, [
    "For [program:p], stdout_logfile=syslog but this is deprecated and will be removed.  " +
    "Use stdout_syslog=true to enable syslog instead.",
  ]);
});

test("redirect_stderr leaves no log for stderr, and warns of one", () => {
  const lines = ["redirect_stderr=true", "stderr_logfile=/tmp/e"];
  assert.deepEqual(onlyProcess(...lines).stderr_logfile, { type: "none" });
  const { warn } = load(conf("[program:p]", "command=x", ...lines)).messages;
  assert.deepEqual(warn, [
    "For [program:p], redirect_stderr=true but stderr_logfile has also been set to a filename, " +
    "the filename has been ignored",
  ]);
});

test("an AUTO log without rotation warns", () => {
  const { warn } = load(conf("[program:p]", "command=x", "stdout_logfile_maxbytes=0")).messages;
  assert.deepEqual(warn, [
    "For [program:p], AUTO logging used for stdout_logfile without rollover, set maxbytes > 0 " +
    "to avoid filling up filesystem unintentionally",
  ]);
});

const SUFFIX = " in section 'program:p' (file: '/etc/v/main.conf')";
const refusals: [line: string, option: string | null, message: string][] = [
  ["startsecs=soon", "startsecs", `invalid literal for int() with base 10: 'soon'${SUFFIX}`],
  ["priority=x", "priority", "invalid literal for int() with base 10: 'x'"],
  ["stopsignal=NOPE", "stopsignal", `value 'NOPE' is not a valid signal name${SUFFIX}`],
  ["user=nobody", "user", `Invalid user name nobody${SUFFIX}`],
  ["process_name=a b", "process_name", `Invalid name: 'a b' because of character: ' '${SUFFIX}`],
  [
    "numprocs=2",
    "process_name",
    `%(process_num) must be present within process_name when numprocs > 1${SUFFIX}`,
  ],
  ["environment=A", "environment", `Unexpected end of key/value pairs in value 'A'${SUFFIX}`],
  [
    "stdout_logfile=/none/x",
    "stdout_logfile",
    `The directory named as part of the path /none/x does not exist${SUFFIX}`,
  ],
  [
    "startsecs=%(process_num)d",
    "startsecs",
    `Format string '%(process_num)d' for 'program:p.startsecs' contains names ('process_num') which cannot be expanded. Available names: group_name, here, host_node_name, program_name${SUFFIX}`,
  ],
  [
    "directory=%",
    "directory",
    `Format string '%' for 'program:p.directory' is badly formatted: incomplete format${SUFFIX}`,
  ],
];

for (const [line, option, message] of refusals) {
  test(`[program:x] refuses ${line}`, () => {
    const error = refusal(conf("[program:p]", "command=cat", line));
    assert.deepEqual([error.message, error.place.option], [message, option]);
  });
}

test("[program:x] refuses killasgroup=false with stopasgroup=true", () => {
  const { message } = refusal(
    conf("[program:p]", "command=x", "stopasgroup=true", "killasgroup=no"),
  );
  assert.equal(message, `Cannot set stopasgroup=true and killasgroup=false${SUFFIX}`);
});

test("[program:x] needs a command", () => {
  const error = refusal(conf("[program:p]"));
  assert.equal(error.message, `program section program:p does not specify a command${SUFFIX}`);
  assert.deepEqual([error.place.line, error.place.option], [2, "command"]);
});

test("[program:] and names with a blank are refused at their header", () => {
  assert.equal(refusal(conf("[program:]", "command=x")).code, "BAD_NAME");
  const { message } = refusal(conf("[program:a b]", "command=x"));
  assert.equal(message, "Invalid name: 'a b' because of character: ' '");
});

test("an error in a long value is on the line that has it", () => {
  const lines = ["environment=", "  A=1,", '  B="%(nope)s"'];
  assert.equal(refusal(conf("[program:p]", "command=x", ...lines)).place.line, 6);
});
