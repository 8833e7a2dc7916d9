import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./config.ts";
import { readOverride } from "./supervisord.ts";
import { conf, fakeHost, load, refusal } from "./testing.ts";

test("[supervisord] has a default for everything", () => {
  assert.deepEqual(load("[supervisord]").supervisord, {
    logfile: "/srv/supervisord.log",
    logfile_maxbytes: 52_428_800,
    logfile_backups: 10,
    loglevel: "info",
    pidfile: "/srv/supervisord.pid",
    umask: 0o022,
    nodaemon: false,
    exit_on: null,
    silent: false,
    minfds: 1024,
    minprocs: 200,
    nocleanup: false,
    childlogdir: "/tmp",
    user: null,
    directory: null,
    strip_ansi: false,
    environment: new Map(),
    identifier: "supervisor",
  });
});

test("logfile and pidfile become absolute, and syslog stays syslog", () => {
  const { logfile, pidfile } = load(conf("logfile=~/l", "pidfile=%(here)s/p")).supervisord;
  assert.deepEqual([logfile, pidfile], ["/root/l", "/etc/v/p"]);
  assert.equal(load(conf("logfile=syslog")).supervisord.logfile, "syslog");
});

test("environment is expanded once, and every later section sees it", () => {
  const config = load(
    conf(
      'environment=A="%(ENV_X)s 100%%",HOST=%(host_node_name)s',
      "[program:p]",
      "command=x %(ENV_A)s",
    ),
    { env: { X: "x", A: "outer" } },
  );
  assert.deepEqual(Object.fromEntries(config.supervisord.environment), {
    A: "x 100%",
    HOST: "box",
  });
  assert.equal(config.groups[0]!.processes[0]!.command, "x x 100%");
});

test("other options of [supervisord] do not see its environment", () => {
  const text = conf("environment=A=inner", "identifier=%(ENV_A)s");
  assert.equal(load(text, { env: { A: "outer" } }).supervisord.identifier, "outer");
});

const refusals: [line: string, message: string][] = [
  ["loglevel=loud", "bad logging level name 'loud'"],
  ["umask=9", "9 can not be converted to an octal type"],
  ["childlogdir=/none", "/none is not an existing directory"],
  ["logfile=/none/x", "The directory named as part of the path /none/x does not exist"],
  ["user=nobody", "Invalid user name nobody"],
  ["minfds=", "invalid literal for int() with base 10: ''"],
  [
    "identifier=%(host_node_name)s",
    "Format string '%(host_node_name)s' for 'supervisord.identifier' contains names ('host_node_name') which cannot be expanded. Available names: here",
  ],
];

for (const [line, message] of refusals) {
  test(`[supervisord] refuses ${line}`, () => {
    const error = refusal(conf(line));
    assert.equal(error.message, message);
    assert.equal(error.place.line, 2);
  });
}

test("a file without [supervisord] is refused", () => {
  assert.equal(refusal("[x]").message, ".ini file does not include supervisord section");
});

test("who the user is, is asked after every other section is read", () => {
  assert.equal(refusal(conf("user=nobody", "[program:p]")).place.section, "program:p");
});

test("the command line stands over the file", () => {
  const host = fakeHost({ files: { "/c": conf("user=nobody", "minfds=5", "identifier=file") } });
  const overrides = { user: null, minfds: 7, logfile: "rel.log" };
  const { supervisord } = loadConfig({ path: "/c", host, overrides });
  const { user, minfds, logfile, identifier } = supervisord;
  assert.deepEqual({ user, minfds, logfile, identifier }, {
    user: null,
    minfds: 7,
    logfile: "/srv/rel.log",
    identifier: "file",
  });
});

test("readOverride() reads what the command line gives like the file's", () => {
  const host = fakeHost();
  assert.equal(readOverride("logfile_maxbytes", "1MB", host), 1_048_576);
  assert.deepEqual(readOverride("user", "web", host), { written: "web", id: 33 });
  const error = { name: "ConfigError", message: "bad logging level name 'loud'" };
  assert.throws(() => readOverride("loglevel", "loud", host), error);
});
