import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ConfigError, describe } from "./problems.ts";
import { check, conf, fakeHost, load } from "./testing.ts";
import { elsewhereHost } from "./elsewhere.ts";
import { checkConfig } from "./config.ts";

const told = (text: string) => {
  const { errors, warnings } = check(text);
  const short = (line: string) => line.replace("/etc/v/main.conf:", "");
  return { errors: errors.map(describe).map(short), warnings: warnings.map(describe).map(short) };
};

test("checkConfig() tells every mistake with its place", () => {
  const text = conf(
    "minfds=many",
    "loglevel=loud",
    "junk",
    "[program:p]",
    "startsecs=soon",
    "user=x",
  );
  assert.deepEqual(told(text).errors, [
    '4: expected "option = value", a [section] or an indented continuation, got "junk"',
    '2: [supervisord] minfds: expected a whole number, got "many"',
    "3: [supervisord] loglevel: expected one of critical, error, warn, info, debug, trace, blather, " +
    'got "loud"',
    '6: [program:p] startsecs: expected a whole number, got "soon"',
    '7: [program:p] user: expected a user that exists, got "x"',
    "5: [program:p] command: is missing; expected the command to run",
  ]);
});

test("checkConfig() tells a mistake once, however often it is read", () => {
  const lines = ["[program:p]", "command=%(x)s", "priority=x", "process_name=%(process_num)d"];
  const { errors } = check(
    conf(...lines, "numprocs=5", "[group:g]", "programs=p", "[group:h]", "programs=p"),
  );
  assert.deepEqual(errors.map(({ place }) => place.option), ["priority"].concat("command"));
});

const misspelt: [lines: string[], warning: string][] = [
  [["[progam:x]"], "2: [progam:x]: no section of this kind is read; did you mean [program:x]?"],
  [
    ["[ program:x ]"],
    "2: [ program:x ]: no section of this kind is read; did you mean [program:x]?",
  ],
  [["[program]"], "2: [program]: no section of this kind is read; did you mean [program:NAME]?"],
  [
    ["[supervisrd]"],
    "2: [supervisrd]: no section of this kind is read; did you mean [supervisord]?",
  ],
  [["[nginx]"], "2: [nginx]: no section of this kind is read"],
  [
    ["logfiel=x"],
    "2: [supervisord] logfiel: no such option in this section; did you mean logfile?",
  ],
  [["[group:g]", "colour=red"], "3: [group:g] colour: no such option in this section"],
  [
    ["[supervisorctl]", "prompt=%(x)s"],
    '3: [supervisorctl] prompt: the client refuses this: expected a known name, got "x" in "%(x)s"; known here: ENV_… for the environment',
  ],
];

for (const [lines, warning] of misspelt) {
  test(`checkConfig() warns of ${lines.join(" ")}`, () => {
    assert.deepEqual(told(conf(...lines)), { errors: [], warnings: [warning] });
  });
}

test("checkConfig() gives the config where there are warnings only", () => {
  assert.equal(check(conf("colour=red")).config?.supervisord.minfds, 1024);
  assert.equal(check(conf("minfds=x")).config, null);
});

test("names that objects know are ordinary names", () => {
  const { groups } = load(
    conf("[program:__proto__]", "command=%(ENV_constructor)s", "environment=constructor=x"),
  );
  assert.equal(groups[0]!.name, "__proto__");
  assert.equal(groups[0]!.processes[0]!.command, "x");
});

test("describe() leaves out what is not known", () => {
  const place = { file: null, line: null, section: null, option: "loglevel" };
  assert.equal(describe(new ConfigError("BAD_VALUE", "m", place, "d")), "loglevel: d");
});

test("a config for elsewhere is read without asking this machine", () => {
  const text = conf(
    "logfile=/none/x",
    "user=somebody",
    "[include]",
    "files=/etc/other/*.conf x/../in*.conf",
    "[rpcinterface:x]",
    "supervisor.rpcinterface_factory=their.plugin:make",
  );
  const files = {
    "/etc/v/main.conf": text,
    "/etc/other/a.conf": "x",
    "/etc/v/in.conf": "",
    "/etc/v/x/a": "",
  };
  const host = elsewhereHost(fakeHost({ files }), "/etc/v", "far");
  const { config, errors } = checkConfig({ path: "/etc/v/main.conf", host });
  assert.deepEqual(errors, []);
  assert.equal(config!.supervisord.user!.written, "somebody");
  assert.deepEqual(config!.messages.warn, ['No file matches via include "/etc/other/*.conf"']);
});

test("no text makes checkConfig() throw", () => {
  const parts = fc.constantFrom(
    "[supervisord]\n",
    "[program:p]\n",
    "[group:g]\n",
    "[eventlistener:e]\n",
    "[fcgi-program:f]\n",
    "[include]\n",
    "[unix_http_server]\n",
    "[DEFAULT]\n",
    "command=",
    "files=",
    "programs=p,",
    "events=",
    "socket=unix://",
    "numprocs=",
    "process_name=",
    "environment=",
    "stdout_logfile=",
    "%(process_num)d",
    "%(here)s",
    "%",
    "1",
    "x",
    "\n",
    " ",
    '"',
    "'",
    "\\",
    ",",
    "*",
    "[",
  );
  fc.assert(fc.property(fc.array(parts, { maxLength: 30 }), (text) => {
    const { config, errors } = check(text.join(""));
    assert.equal(config === null, errors.length > 0);
  }));
});
