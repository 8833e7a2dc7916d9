import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { loadConfig } from "../config/config.ts";
import type { ProcessConfig } from "../model/config.ts";
import { type Environment, setVariable } from "../platform/environment.ts";
import { systemConfigHost } from "./config_host.ts";
import { programEnvironment } from "./program_environment.ts";

const folder = tempFolder();

function program(...lines: readonly string[]): ProcessConfig {
  const path = `${folder}/v.conf`;
  const text = ['[supervisord]\nenvironment=A="global",B="global"\n[program:p]\ncommand=x'];
  fs.writeFileSync(path, [...text, ...lines, ""].join("\n"));
  return loadConfig({ path, host: systemConfigHost() }).groups[0]!.processes[0]!;
}

const around = { group: "g", environment: daemonEnvironment(), serverurl: "unix:///s" };

function daemonEnvironment(): Environment {
  const environment: Environment = new Map();
  for (const name of ["A", "B", "HOME", "LANG"]) setVariable(environment, name, "daemon");
  return environment;
}

function write(name: string, content: string | Uint8Array): void {
  fs.writeFileSync(`${folder}/${name}`, content);
}

function outcome(config: ProcessConfig): Record<string, string> | string {
  const result = programEnvironment(config, around);
  if (!result.ok) return result.reason;
  const texts = [...result.environment.values()].map((entry) => new TextDecoder().decode(entry));
  return Object.fromEntries(texts.map((text) => text.split("=", 2)));
}

const OWN = {
  SUPERVISOR_ENABLED: "1",
  SUPERVISOR_GROUP_NAME: "g",
  SUPERVISOR_PROCESS_NAME: "p",
  SUPERVISOR_SERVER_URL: "unix:///s",
};

test("each source stands over those before it", () => {
  write("1.env", "B=first\nC=first\nD=first\nE=first\nF=first\nSUPERVISOR_ENABLED=0");
  write("2.env", "C=second\nD=second\nE=second");
  write("e", "from\n");
  const config = program(
    "environment_file=1.env,2.env",
    'environment=D="own",E="own"',
    "environment_from=E:e",
  );
  assert.deepEqual(outcome(config), {
    ...OWN,
    A: "global",
    B: "first",
    C: "second",
    D: "own",
    E: "from",
    F: "first",
    HOME: "daemon",
    LANG: "daemon",
    SUPERVISOR_ENABLED: "0",
  });
});

test("environment_clear leaves what was set for the program, and what is kept", () => {
  const own = { ...OWN, A: "global", B: "global" };
  assert.deepEqual(outcome(program("environment_clear=true")), own);
  const kept = program("environment_clear=true", "environment_keep=LANG,NOT_THERE,A");
  assert.deepEqual(outcome(kept), { ...own, LANG: "daemon" });
});

test("files are read anew each time", () => {
  const config = program("environment_from=KEY:key", "environment_clear=1", "environment_file=-x");
  write("key", "old");
  assert.deepEqual(outcome(config), { ...OWN, A: "global", B: "global", KEY: "old" });
  write("key", "new");
  write("x", "X=1");
  assert.deepEqual(outcome(config), { ...OWN, A: "global", B: "global", KEY: "new", X: "1" });
});

test("bytes that are no text come through from a file of one value", () => {
  write("bytes", Uint8Array.of(0xff, 0x41, 0xc3, 0x0a));
  const result = programEnvironment(program("environment_from=KEY:bytes"), around);
  assert.ok(result.ok);
  const entry = [...result.environment.get("KEY")!];
  assert.deepEqual(entry.slice("KEY=".length), [0xff, 0x41, 0xc3]);
});

test("what is wrong is told by file and line, without a value", () => {
  write("bad.env", "A=secret\nB='secret");
  const said = "cannot set the environment of 'p': ";
  assert.equal(
    outcome(program("environment_file=bad.env")),
    `${said}${folder}/bad.env:2: expected a closing ' for the value of B`,
  );
  assert.equal(
    outcome(program("environment_from=A:none")),
    `${said}${folder}/none: there is no such file`,
  );
});
