import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../rpc/faults.ts";
import { ctl, type FakeMethods, process } from "./fake_daemon.ts";
import { VERBS } from "./verbs.ts";

const methods: FakeMethods = {
  getPID: 5,
  getAllProcessInfo: [process("a", "RUNNING", 7)],
  shutdown: true,
};
const STATUS = "a                                RUNNING   pid 7, uptime 0:00:01\n";

const prompts = [
  { name: "shows the status and ends with the input", typed: [], stdout: `${STATUS}lab> \n` },
  { name: "ends at quit", typed: ["quit", "pid"], stdout: `${STATUS}lab> \n` },
  { name: "ends at exit", typed: ["exit now"], stdout: `${STATUS}lab> \n` },
  { name: "ends at EOF", typed: ["EOF"], stdout: `${STATUS}lab> \n` },
  { name: "passes over empty lines", typed: ["", "  "], stdout: `${STATUS}lab> lab> lab> \n` },
  {
    name: "runs one line after the other",
    typed: ["pid", " pid "],
    stdout: `${STATUS}lab> 5\nlab> 5\nlab> \n`,
  },
  {
    name: "rejects unknown words",
    typed: ["bogus a", "!x", ";"],
    stdout: `${STATUS}lab> *** Unknown syntax: bogus a\nlab> *** Unknown syntax: !x\n` +
      "lab> *** Unknown syntax: ;\nlab> \n",
  },
  {
    name: "asks before a shutdown and survives the end of the input there",
    typed: ["shutdown"],
    stdout: `${STATUS}lab> Really shut the remote supervisord process down y/N? ` +
      "error: <class 'EOFError'>, EOF when reading a line: file: ctl line: 0\nlab> \n",
  },
];

for (const { name, typed, stdout } of prompts) {
  test(`the prompt ${name}`, async () => {
    const run = await ctl("", { methods, typed });
    assert.equal(run.stdout, stdout);
    assert.equal(run.exitStatus, 0);
  });
}

test("help lists the actions in columns", async () => {
  const run = await ctl("help");
  assert.equal(
    run.stdout,
    `
default commands (type help <topic>):
=====================================
add    exit      open  reload  restart   start   tail   
avail  fg        pid   remove  shutdown  status  update 
clear  maintail  quit  reread  signal    stop    version


commands of visor's own (type help <topic>):
============================================
explain  logs  plan  reload-program  rotate  top  wait

`,
  );
});

for (const name of VERBS.keys()) {
  test(`help ${name} and ?${name} show its forms`, async () => {
    const run = await ctl(`help ${name}`);
    assert.ok(run.stdout.startsWith(name));
    assert.deepEqual(await ctl(`?${name}`), run);
  });
}

test("help of an unknown topic is no failure", async () => {
  const run = await ctl("help no such");
  assert.equal(run.stdout, "*** No help on no such\n");
  assert.equal(run.exitStatus, 0);
});

const UPCHECKED = [
  "start",
  "stop a",
  "restart a",
  "signal",
  "tail",
  "maintail",
  "pid",
  "clear",
  "version",
  "fg",
];
const DIRECT = ["reload", "avail", "reread", "add a", "remove a", "update"];

const raw = (type: string, message: string) =>
  `error: <class '${type}'>, ${message}: file: ctl line: 0\n`;
const NO_FILE = raw("FileNotFoundError", "[Errno 2] No such file or directory");
const REFUSED = raw("ConnectionRefusedError", "[Errno 111] Connection refused");

const failures = [
  { actions: UPCHECKED, code: "ENOENT", stdout: "unix:///s no such file\n", exitStatus: 7 },
  { actions: ["status"], code: "ENOENT", stdout: "unix:///s no such file\n", exitStatus: 4 },
  { actions: DIRECT, code: "ENOENT", stdout: NO_FILE, exitStatus: 1 },
  {
    actions: ["shutdown"],
    code: "ENOENT",
    stdout: "ERROR: unix:///s no such file (already shut down?)\n",
    exitStatus: 1,
  },
  {
    actions: [...UPCHECKED, "status"],
    code: "ECONNREFUSED",
    stdout: "unix:///s refused connection\n",
    exitStatus: 4,
  },
  { actions: DIRECT, code: "ECONNREFUSED", stdout: REFUSED, exitStatus: 1 },
  {
    actions: ["shutdown"],
    code: "ECONNREFUSED",
    stdout: "ERROR: unix:///s refused connection (already shut down?)\n",
    exitStatus: 1,
  },
  {
    actions: [...UPCHECKED, ...DIRECT, "status", "shutdown"],
    code: "EACCES",
    stdout: raw("PermissionError", "[Errno 13] Permission denied"),
    exitStatus: 1,
  },
  {
    actions: ["status", "shutdown"],
    code: "ENOTFOUND",
    stdout: raw("socket.gaierror", "[Errno -2] Name or service not known"),
    exitStatus: 1,
  },
];

for (const { actions, code, stdout, exitStatus } of failures) {
  test(`${actions.join(", ")} meet ${code} with exit ${exitStatus}`, async () => {
    for (const action of actions) {
      const run = await ctl(action, { unreachable: code });
      assert.equal(run.stdout, stdout, action);
      assert.equal(run.exitStatus, exitStatus, action);
    }
  });
}

test("a serverurl of another kind is told apart", async () => {
  const run = await ctl("status", { serverurl: "ftp://x/y" });
  assert.equal(run.stdout, raw("ValueError", "Unknown protocol for serverurl ftp://x/y"));
});

const strange: {
  name: string;
  given: FakeMethods;
  says: RegExp;
  direct: number;
  status: number;
}[] = [
  {
    name: "without the supervisor namespace",
    given: { getVersion: fault("UNKNOWN_METHOD") },
    says: /^Sorry, supervisord responded but did not recognize the supervisor namespace commands/,
    direct: 3,
    status: 4,
  },
  {
    name: "with another API version",
    given: { getVersion: "2.0" },
    says: /^Sorry, this version .* API version 3\.0, but the remote version is 2\.0\.\n$/,
    direct: 5,
    status: 4,
  },
  {
    name: "that is shutting down",
    given: { getVersion: fault("SHUTDOWN_STATE") },
    says: /^error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>: file: /,
    direct: 1,
    status: 1,
  },
];

for (const { name, given, says, direct, status } of strange) {
  test(`a daemon ${name} is recognised`, async () => {
    for (const [action, exitStatus] of [["pid", direct], ["status", status]] as const) {
      const run = await ctl(action, { methods: given });
      assert.match(run.stdout, says);
      assert.equal(run.exitStatus, exitStatus);
    }
  });
}

const UNAUTHORIZED = "Server requires authentication\n";

test("one action without a password ends there", async () => {
  const run = await ctl("pid", { methods, credentials: "me:pw" });
  const message = "<ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>";
  assert.equal(run.stdout, UNAUTHORIZED + raw("xmlrpc.client.ProtocolError", message));
  assert.equal(run.exitStatus, 1);
});

test("the prompt asks for name and password until they are right, then remembers", async () => {
  const typed = ["me", "bad", "me", "pw", "pid"];
  const { stdout } = await ctl("", { methods, credentials: "me:pw", typed });
  const asked = `${UNAUTHORIZED}Username:Password:\n`;
  assert.equal(stdout, `${asked}${asked}${STATUS}lab> 5\nlab> \n`);
});
