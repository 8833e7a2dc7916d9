import assert from "node:assert/strict";
import { test } from "node:test";
import { dumpConfig, dumpFailure } from "./dump.ts";
import { conf, load, refusal } from "./testing.ts";

test("dumpConfig() sorts keys by code point, also those that look like numbers", () => {
  const text = dumpConfig(load(conf('environment=a="é😀\\"",10=x,9=y,__proto__=z')));
  const [, environment] = /"environment": (\{[^}]*\})/.exec(text)!;
  const lines = ['"10": "x"', '"9": "y"', '"__proto__": "z"', '"a": "é😀\\""'];
  assert.equal(environment, `{\n      ${lines.join(",\n      ")}\n    }`);
  assert.ok(text.startsWith('{\n  "groups": [],\n') && text.endsWith("}\n"));
});

test("dumpConfig() writes modes in octal, accounts as written and signals by name", () => {
  const { supervisord, groups, unix_http_server } = JSON.parse(dumpConfig(load(conf(
    "umask=7",
    "user=0",
    "[unix_http_server]",
    "file=/s",
    "chown=web",
    "[program:p]",
    "command=x",
    "stopsignal=sigint",
    "stdout_logfile=/tmp/x",
    "stderr_logfile=off",
  ))));
  const [{ stopsignal, stdout_logfile, stderr_logfile, umask }] = groups[0].processes;
  assert.deepEqual([supervisord.umask, supervisord.user], ["0007", 0]);
  assert.deepEqual(unix_http_server[0].chown, { user: "web", group: null });
  assert.deepEqual([stopsignal, stdout_logfile, stderr_logfile, umask], [
    "INT",
    "/tmp/x",
    "NONE",
    null,
  ]);
});

test("dumpConfig() tells options that Supervisor does not have only where they are set", () => {
  const dump = (option: string) => {
    const text = conf(option, "[program:p]", "command=x", option);
    const { supervisord, groups } = JSON.parse(dumpConfig(load(text)));
    return [supervisord, groups[0].processes[0]].map(({ exit_on }) => exit_on);
  };
  assert.deepEqual(dump("exit_on=fatal"), ["fatal", "fatal"]);
  assert.deepEqual(dump("exit_on=none"), ["none", "none"]);
  assert.deepEqual(dump(""), [undefined, undefined]);
});

test("dumpFailure() tells the first line of the message, and the place", () => {
  assert.deepEqual(JSON.parse(dumpFailure(refusal("x"))), {
    ok: false,
    error: "File contains no section headers.",
    section: null,
    option: null,
    line: 1,
  });
});
