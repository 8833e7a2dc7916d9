import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVITY_LOG, FakeServer, plain, results } from "../../../tests/support/fake_server.ts";
import { group, lone, program } from "../../../tests/support/fake_world.ts";
import type { RpcValue } from "../../rpc/xml_value.ts";

function serverWithLogs(text: string | Uint8Array = "0123456789"): FakeServer {
  const server = new FakeServer([lone("web"), group("site", [program("app")])]);
  server.logPaths.set("web stdout", "/out").set("web stderr", "/err");
  for (const path of ["/out", "/err", ACTIVITY_LOG]) server.files.put(path, text);
  return server;
}

/** Every way to read: the method, and what comes before offset and length. */
const readers: readonly (readonly [string, readonly RpcValue[], string])[] = [
  ["readLog", [], ACTIVITY_LOG],
  ["readMainLog", [], ACTIVITY_LOG],
  ["readProcessLog", ["web"], "/out"],
  ["readProcessStdoutLog", ["web"], "/out"],
  ["readProcessStderrLog", ["web"], "/err"],
];

for (const [method, before, path] of readers) {
  const name = `supervisor.${method}`;

  test(`${method} reads by offset and length`, async () => {
    const server = serverWithLogs();
    server.files.put(path, "0123456789");
    assert.equal(await server.call(name, ...before, 0, 0), "0123456789");
    assert.equal(await server.call(name, ...before, 2, 3), "234");
    assert.equal(await server.call(name, ...before, -4, 0), "6789");
    assert.equal(await server.call(name, ...before, 99, 0), "");
  });

  test(`${method} reads its own log`, async () => {
    const server = serverWithLogs();
    server.files.put(path, "this one");
    assert.equal(await server.call(name, ...before, 0, 0), "this one");
  });

  test(`${method} refuses numbers that contradict each other`, async () => {
    const server = serverWithLogs();
    for (const [offset, length] of [[-1, 1], [0, -1], [-1, -1]] as const) {
      assert.equal(await server.faultOf(name, ...before, offset, length), "3 BAD_ARGUMENTS");
    }
  });

  test(`${method} says which file is not there`, async () => {
    const server = serverWithLogs();
    server.files.files.clear();
    assert.equal(await server.faultOf(name, ...before, 0, 0), `20 NO_FILE: ${path}`);
  });

  test(`${method} says what keeps it from reading`, async () => {
    const server = serverWithLogs();
    server.logError = Object.assign(new Error("denied"), { code: "EACCES" });
    assert.match(await server.faultOf(name, ...before, 0, 0), /^30 FAILED: .*EACCES/);
  });
}

test("an activity log that is no file, and a process without a log, have none to read", async () => {
  const server = serverWithLogs();
  server.activityLog = null;
  server.logPaths.clear();
  assert.equal(await server.faultOf("supervisor.readLog", 0, 0), "20 NO_FILE");
  assert.equal(await server.faultOf("supervisor.readProcessLog", "web", 0, 0), "20 NO_FILE");
});

test("offsets count bytes, and a character that was cut becomes U+FFFD", async () => {
  const server = serverWithLogs("aéb");
  assert.equal(await server.call("supervisor.readProcessLog", "web", 1, 2), "é");
  assert.equal(await server.call("supervisor.readProcessLog", "web", 2, 2), "\ufffdb");
});

test("what is no text is replaced, what XML forbids too, and a byte order mark stays", async () => {
  const read = (...bytes: number[]) =>
    serverWithLogs(Uint8Array.from(bytes)).call("supervisor.readProcessLog", "web", 0, 0);
  assert.equal(await read(0xff, 0x41, 0xc3), "\ufffdA\ufffd");
  assert.equal(await read(0x1b, 0x5b, 0x41), "\ufffd[A");
  assert.equal(await read(0xef, 0xbb, 0xbf, 0x41), "\ufeffA");
});

// Tails

const tailers: readonly (readonly [string, string])[] = [
  ["tailProcessLog", "/out"],
  ["tailProcessStdoutLog", "/out"],
  ["tailProcessStderrLog", "/err"],
];

for (const [method, path] of tailers) {
  const tail = async (server: FakeServer, offset: number, length: number) =>
    plain(await server.call(`supervisor.${method}`, "web", offset, length));

  test(`${method} gives the end of its log, its size, and whether there was more`, async () => {
    const server = serverWithLogs();
    server.files.put(path, "abcdefghij");
    assert.deepEqual(await tail(server, 0, 4), ["ghij", 10, true]);
    assert.deepEqual(await tail(server, 0, 100), ["abcdefghij", 10, false]);
    assert.deepEqual(await tail(server, 10, 100), ["", 10, false]);
    assert.deepEqual(await tail(server, 6, 4), ["ghij", 10, false]);
  });

  test(`${method} of a log that is not there is empty`, async () => {
    const server = serverWithLogs();
    server.files.files.clear();
    assert.deepEqual(await tail(server, 7, 4), ["", 0, false]);
    server.logPaths.clear();
    assert.deepEqual(await tail(server, 7, 4), ["", 0, false]);
  });

  test(`${method} of a log that cannot be opened is empty, and keeps the offset`, async () => {
    const server = serverWithLogs();
    server.logError = Object.assign(new Error("denied"), { code: "EACCES" });
    assert.deepEqual(await tail(server, 7, 4), ["", 7, false]);
  });
}

test("every reader of process logs knows whom there is", async () => {
  const server = serverWithLogs();
  const methods = [...readers.map(([method]) => method), ...tailers.map(([method]) => method)];
  for (const method of methods.filter((each) => each.includes("Process"))) {
    for (const name of ["nobody", "web:other", "web:*", "site:", "__proto__"]) {
      const answer = await server.faultOf(`supervisor.${method}`, name, 0, 0);
      assert.equal(answer, `10 BAD_NAME: ${name}`);
    }
  }
});

// Clearing

for (const method of ["clearProcessLogs", "clearProcessLog"]) {
  test(`${method} clears the logs of one process`, async () => {
    const server = serverWithLogs();
    assert.equal(await server.call(`supervisor.${method}`, "site:app"), true);
    assert.deepEqual(server.deeds, ["clear app"]);
    for (const name of ["site:*", "site:", "nobody"]) {
      assert.equal(await server.faultOf(`supervisor.${method}`, name), `10 BAD_NAME: ${name}`);
    }
  });

  test(`${method} says what keeps it from clearing`, async () => {
    const server = serverWithLogs();
    server.logError = Object.assign(new Error("denied"), { code: "EACCES" });
    assert.match(await server.faultOf(`supervisor.${method}`, "web"), /^30 FAILED: /);
  });
}

test("clearAllProcessLogs clears all, and tells of each", async () => {
  const server = serverWithLogs();
  const answer = await server.call("supervisor.clearAllProcessLogs");
  assert.deepEqual(results(answer), ["web:web 80 OK", "site:app 80 OK"]);
  assert.deepEqual(server.deeds, ["clear web", "clear app"]);
});

test("clearAllProcessLogs goes on where one cannot be cleared", async () => {
  const server = serverWithLogs();
  server.daemon.clearLogs = ({ config }) => {
    if (config.name === "web") throw Object.assign(new Error("denied"), { code: "EACCES" });
  };
  const [web, app] = results(await server.call("supervisor.clearAllProcessLogs"));
  assert.match(web!, /^web:web 30 FAILED: /);
  assert.equal(app, "site:app 80 OK");
});

test("clearLog starts the activity log anew, and says so in it", async () => {
  const server = serverWithLogs();
  assert.equal(await server.call("supervisor.clearLog"), true);
  assert.deepEqual(server.deeds, ["clear activity log"]);
  assert.equal(server.world.lines.at(-1), "INFO reopening log file");
});

test("clearLog has nothing to clear where there is no file", async () => {
  const server = serverWithLogs();
  server.files.files.delete(ACTIVITY_LOG);
  assert.equal(await server.faultOf("supervisor.clearLog"), "20 NO_FILE");
  server.activityLog = null;
  assert.equal(await server.faultOf("supervisor.clearLog"), "20 NO_FILE");
  assert.deepEqual(server.deeds, []);
});

test("clearLog says what keeps it from clearing", async () => {
  const server = serverWithLogs();
  server.daemon.clearActivityLog = () => {
    throw Object.assign(new Error("denied"), { code: "EPERM" });
  };
  assert.match(await server.faultOf("supervisor.clearLog"), /^30 FAILED: .*EPERM/);
});
