import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findMethod,
  listMethods,
  signature,
  SUPERVISOR_METHODS,
  SYSTEM_METHODS,
} from "./methods.ts";

test("listMethods() names all 41 methods, sorted", () => {
  const names = listMethods(["supervisor"]);
  assert.equal(names.length, 41);
  assert.deepEqual(names, names.toSorted());
  assert.equal(names[0], "supervisor.addProcessGroup");
  assert.equal(names.at(-1), "system.multicall");
});

test("listMethods() offers the supervisor methods under every configured namespace", () => {
  assert.equal(listMethods(["a", "b"]).length, 37 * 2 + 4);
});

test("every method has a help text", () => {
  for (const method of [...SUPERVISOR_METHODS.values(), ...SYSTEM_METHODS.values()]) {
    assert.ok(method.help.length >= 20, method.name);
  }
});

const signatures = {
  "supervisor.getState": ["struct"],
  "supervisor.startProcess": ["boolean", "string", "boolean"],
  "supervisor.stopAllProcesses": ["array", "boolean"],
  "supervisor.signalProcessGroup": ["array", "string", "string"],
  "supervisor.readProcessLog": ["string", "string", "int", "int"],
  "supervisor.tailProcessStderrLog": ["array", "string", "int", "int"],
  "system.multicall": ["array", "array"],
};

for (const [name, expected] of Object.entries(signatures)) {
  test(`signature() of ${name} is what Supervisor answers`, () => {
    assert.deepEqual(signature(findMethod(name, ["supervisor"])!), expected);
  });
}

test("findMethod() resolves an alias to the method it stands for", () => {
  assert.equal(findMethod("supervisor.getVersion", ["supervisor"])?.name, "getAPIVersion");
});

for (const name of ["supervisor", "a.b.c", "supervisor.getState.x", "other.getState", "system.x"]) {
  test(`findMethod() does not know ${name}`, () => {
    assert.equal(findMethod(name, ["supervisor"]), undefined);
  });
}

test("only wait may be left out", () => {
  assert.equal(findMethod("supervisor.startProcess", ["supervisor"])?.required, 1);
  assert.equal(findMethod("supervisor.startAllProcesses", ["supervisor"])?.required, 0);
  assert.equal(findMethod("supervisor.readLog", ["supervisor"])?.required, 2);
});
