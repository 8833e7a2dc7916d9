import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer, PEER, plain } from "../../tests/support/fake_server.ts";
import { code, group, lone, program } from "../../tests/support/fake_world.ts";
import { until } from "../../tests/support/bounded.ts";
import { listMethods, SUPERVISOR_METHODS } from "../rpc/methods.ts";
import { type RpcValue, struct } from "../rpc/xml_value.ts";

const unknown = [
  "getState",
  "supervisor",
  "supervisor.",
  ".getState",
  "supervisor.getState.x",
  "a.b.c",
  "supervisor.nothing",
  "nobody.getState",
  "system.getState",
  "supervisor.listMethods",
  "supervisor._getState",
  "supervisor.__proto__",
  "supervisor.constructor",
  "__proto__.constructor",
  "system.constructor",
  "system.toString",
  "SUPERVISOR.getState",
  " supervisor.getState",
];

for (const name of unknown) {
  test(`"${name}" is no method`, async () => {
    assert.equal(await new FakeServer().faultOf(name), "1 UNKNOWN_METHOD");
  });
}

/** Parameters of the right types for every method, in the spec's words. */
const SAMPLES: Readonly<Record<string, RpcValue>> = { string: "web", int: 0, boolean: false };

for (const [name, method] of SUPERVISOR_METHODS) {
  const params = method.params.map((type) => SAMPLES[type]!);

  test(`${name} counts its parameters`, async () => {
    const server = new FakeServer([lone("web")]);
    const many = await server.faultOf(`supervisor.${name}`, ...params, "one more");
    assert.equal(many, "2 INCORRECT_PARAMETERS");
    if (method.required > 0) {
      const few = await server.faultOf(
        `supervisor.${name}`,
        ...params.slice(0, method.required - 1),
      );
      assert.equal(few, "2 INCORRECT_PARAMETERS");
    }
    assert.deepEqual([server.deeds, server.world.launched], [[], []]);
  });

  test(
    `${name} while the daemon goes down ${name === "sendRemoteCommEvent" ? "works" : "is refused"}`,
    async () => {
      const server = new FakeServer([lone("web")]);
      server.world.run("web");
      server.world.supervisor.beginStopping();
      server.world.forget();
      const answer = server.faultOf(`supervisor.${name}`, ...params);
      const wanted = name === "sendRemoteCommEvent" ? "no fault, but true" : "6 SHUTDOWN_STATE";
      assert.equal(await answer, wanted);
      if (name !== "sendRemoteCommEvent") assert.deepEqual(server.deeds, []);
      assert.deepEqual(server.world.signals, []);
    },
  );
}

/** Wrong types are told, never a mistake of ours (HTTP 500). */
const mistyped: readonly (readonly [string, ...RpcValue[]])[] = [
  ["supervisor.startProcess", 1],
  ["supervisor.startProcess", ["web"]],
  ["supervisor.stopProcess", struct({})],
  ["supervisor.getProcessInfo", true],
  ["supervisor.readProcessLog", "web", "a", "b"],
  ["supervisor.tailProcessLog", "web", "", 1],
  ["supervisor.readLog", "0x10", 0],
  ["supervisor.signalProcess", "web", true],
  ["supervisor.addProcessGroup", 1],
  ["system.methodHelp", 1],
  ["system.multicall", "x"],
];

for (const [name, ...params] of mistyped) {
  test(`${name} refuses ${JSON.stringify(params.map(plain))}`, async () => {
    const server = new FakeServer([lone("web")]);
    server.logPaths.set("web stdout", "/out");
    server.files.put("/out", "");
    assert.equal(await server.faultOf(name, ...params), "2 INCORRECT_PARAMETERS");
    assert.deepEqual(server.world.launched, []);
  });
}

// system.*

test("listMethods names all 41 methods, sorted", async () => {
  const names = plain(await new FakeServer().call("system.listMethods")) as string[];
  assert.equal(names.length, 41);
  assert.deepEqual(names, names.toSorted());
  for (const name of ["supervisor.getVersion", "supervisor.readMainLog", "system.multicall"]) {
    assert.ok(names.includes(name), name);
  }
});

test("every method that is listed has a help and a signature, and is there", async () => {
  const server = new FakeServer();
  for (const name of listMethods(["supervisor"])) {
    assert.notEqual(await server.call("system.methodHelp", name), "");
    const signature = plain(await server.call("system.methodSignature", name)) as string[];
    for (const type of signature) assert.match(type, /^(string|int|boolean|array|struct)$/);
    const answer = await server.faultOf(name, "one", "two", "three", "four");
    assert.equal(answer, "2 INCORRECT_PARAMETERS");
  }
});

/** Columns: method, signature. @see spec/control.md §4 */
const signatures: readonly (readonly [string, ...string[]])[] = [
  ["supervisor.getState", "struct"],
  ["supervisor.startProcess", "boolean", "string", "boolean"],
  ["supervisor.startProcessGroup", "array", "string", "boolean"],
  ["supervisor.signalProcess", "boolean", "string", "string"],
  ["supervisor.tailProcessLog", "array", "string", "int", "int"],
  ["system.multicall", "array", "array"],
];

for (const [name, ...signature] of signatures) {
  test(`the signature of ${name} is ${signature.join(", ")}`, async () => {
    const answer = await new FakeServer().call("system.methodSignature", name);
    assert.deepEqual(plain(answer), signature);
  });
}

for (const method of ["system.methodHelp", "system.methodSignature"]) {
  for (const name of ["nothing", "supervisor.nothing", "__proto__", "constructor", "a.b.c", ""]) {
    test(`${method} knows no "${name}"`, async () => {
      assert.equal(await new FakeServer().faultOf(method, name), "4 SIGNATURE_UNSUPPORTED");
    });
  }
}

test("system.* answers while the daemon goes down", async () => {
  const server = new FakeServer();
  server.world.supervisor.beginStopping();
  assert.equal((plain(await server.call("system.listMethods")) as string[]).length, 41);
});

test("methods are offered under the name of each rpcinterface section", async () => {
  const server = new FakeServer();
  const [first] = server.config.rpcinterfaces;
  server.config = { ...server.config, rpcinterfaces: [{ ...first!, name: "mine" }] };
  assert.equal(await server.call("mine.getVersion"), "3.0");
  assert.equal(await server.faultOf("supervisor.getVersion"), "1 UNKNOWN_METHOD");
});

// system.multicall

const call = (methodName: string, ...params: RpcValue[]) => struct({ methodName, params });

async function multicall(server: FakeServer, ...calls: readonly RpcValue[]): Promise<unknown> {
  return plain(await server.call("system.multicall", calls));
}

test("multicall gives bare values and fault structs, in order, and goes on after a fault", async () => {
  const answer = await multicall(
    new FakeServer(),
    call("supervisor.getVersion"),
    call("supervisor.getProcessInfo", "nobody"),
    call("supervisor.getPID"),
    call("supervisor.getState"),
  );
  assert.deepEqual(answer, [
    "3.0",
    { faultCode: 10, faultString: "BAD_NAME: nobody" },
    4711,
    { statecode: 1, statename: "RUNNING" },
  ]);
});

test("multicall of nothing is nothing", async () => {
  assert.deepEqual(await multicall(new FakeServer()), []);
});

test("multicall takes calls without params", async () => {
  const bare = struct({ methodName: "supervisor.getVersion" });
  assert.deepEqual(await multicall(new FakeServer(), bare), ["3.0"]);
});

/** Columns: what, call, faultString. */
const badCalls: readonly (readonly [string, RpcValue, string])[] = [
  ["without a methodName", struct({ params: [] }), "INCORRECT_PARAMETERS: No methodName"],
  ["that is no struct", "supervisor.getPID", "INCORRECT_PARAMETERS: No methodName"],
  [
    "of multicall itself",
    call("system.multicall", []),
    "INCORRECT_PARAMETERS: Recursive system.multicall forbidden",
  ],
  [
    "with params that are no array",
    struct({
      methodName: "supervisor.getPID",
      params: "x",
    }),
    "INCORRECT_PARAMETERS",
  ],
];

for (const [name, bad, faultString] of badCalls) {
  test(`multicall refuses a call ${name}, and that one only`, async () => {
    const answer = await multicall(new FakeServer(), bad, call("supervisor.getPID"));
    assert.deepEqual(answer, [{ faultCode: 2, faultString }, 4711]);
  });
}

test("multicall waits for each call before it begins the next", async () => {
  const server = new FakeServer([lone("a"), lone("b")]);
  const { world } = server;
  const answer = multicall(
    server,
    call("supervisor.startProcess", "a"),
    call("supervisor.startProcess", "b", false),
  );
  await until("the first start", () => world.launched.length > 0);
  assert.deepEqual(world.launched, ["a"]);
  world.clock.tick(1001);
  assert.deepEqual(await answer, [true, true]);
  assert.deepEqual(world.launched, ["a", "b"]);
});

test("multicall goes on after a waiting call that failed", async () => {
  const server = new FakeServer([lone("a")]);
  const { world } = server;
  const answer = multicall(
    server,
    call("supervisor.startProcess", "a"),
    call("supervisor.getPID"),
  );
  await until("the start", () => world.launched.length > 0);
  world.exit("a", code(1));
  assert.deepEqual(await answer, [{ faultCode: 50, faultString: "SPAWN_ERROR: a" }, 4711]);
});

test("multicall tells of a mistake of our own, and goes on", async () => {
  const server = new FakeServer([lone("web")]);
  server.daemon.logPaths = () => {
    throw new TypeError("oops");
  };
  const answer = await multicall(
    server,
    call("supervisor.getProcessInfo", "web"),
    call("supervisor.getPID"),
  );
  const [failed, pid] = answer as [{ faultCode: number; faultString: string }, number];
  assert.equal(failed.faultCode, 30);
  assert.match(failed.faultString, /^FAILED: .*oops/);
  assert.equal(pid, 4711);
  assert.match(server.world.lines.at(-1)!, /^CRITICAL .*oops/);
});

test("multicall while the daemon goes down gives a fault for each call", async () => {
  const server = new FakeServer();
  server.world.supervisor.beginStopping();
  const answer = await multicall(server, call("supervisor.getState"), call("system.nothing"));
  assert.deepEqual(answer, [
    { faultCode: 6, faultString: "SHUTDOWN_STATE" },
    { faultCode: 1, faultString: "UNKNOWN_METHOD" },
  ]);
});

// Names

for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
  test(`a program may be called ${name}, and is nobody where it is not`, async () => {
    const known = new FakeServer([lone(name), group("g", [program("constructor")])]);
    assert.equal(await known.call("supervisor.startProcess", name, false), true);
    assert.equal(await known.call("supervisor.startProcess", "g:constructor", false), true);
    const nobody = await new FakeServer().faultOf("supervisor.startProcess", name);
    assert.equal(nobody, `10 BAD_NAME: ${name}`);
  });
}

test("whoever has a process stopped or signalled is remembered with it", async () => {
  const server = new FakeServer([lone("web"), lone("db")]);
  server.world.run("web", "db");
  await server.call("supervisor.stopProcess", "web", false);
  await server.call("supervisor.signalProcess", "db", "USR1");
  const operator = { via: "XML-RPC", peer: PEER };
  assert.deepEqual(server.world.process("web").stopper, operator);
  assert.deepEqual(server.world.process("db").sent, { signal: 10, by: operator });
});
