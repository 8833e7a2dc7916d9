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

test("dumpConfig() tells of each kind of group what it alone has", () => {
  const { groups } = JSON.parse(dumpConfig(load(conf(
    "[eventlistener:ear]",
    "command=x",
    "events=TICK_5,PROCESS_STATE",
    "buffer_size=7",
    "[fcgi-program:php]",
    "command=x",
    "socket=unix:///s",
    "socket_mode=0600",
    "socket_owner=web",
    "socket_backlog=5",
    "[program:p]",
    "command=x",
  ))));
  const own = groups.map(({ processes: _, ...rest }: Record<string, unknown>) => rest);
  assert.deepEqual(own, [
    {
      name: "ear",
      kind: "eventlistener",
      priority: -1,
      buffer_size: 7,
      events: ["PROCESS_STATE", "TICK_5"],
      result_handler: "supervisor.dispatchers:default_handler",
    },
    { name: "p", kind: "program", priority: 999 },
    {
      name: "php",
      kind: "fcgi",
      priority: 999,
      socket: {
        url: "unix:///s",
        mode: "0600",
        owner: { user: "web", group: null },
        backlog: 5,
      },
    },
  ]);
});

test("dumpConfig() tells of servers and RPC interfaces", () => {
  const { inet_http_server, rpcinterfaces } = JSON.parse(dumpConfig(load(conf(
    "[inet_http_server:public]",
    "port=*:9001",
    "username=u",
    "password=p",
    "[rpcinterface:supervisor]",
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    "retries=1",
  ))));
  assert.deepEqual(inet_http_server, [
    { name: "public", username: "u", password: "p", host: "", port: 9001 },
  ]);
  assert.deepEqual(rpcinterfaces, [{
    name: "supervisor",
    factory: "supervisor.rpcinterface:make_main_rpcinterface",
    options: { retries: "1" },
  }]);
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
