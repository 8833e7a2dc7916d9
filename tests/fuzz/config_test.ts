import assert from "node:assert/strict";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { check, load } from "../../src/config/testing.ts";
import { ConfigError, describe } from "../../src/config/problems.ts";
import { dumpConfig, dumpFailure } from "../../src/config/dump.ts";
import { fuzzTest } from "./fuzz.ts";

const MACHINE = {
  env: { HOME: "/root", ODD: 'a%b"c' },
  files: {
    "/etc/v/conf.d/web.conf": "[program:web]\ncommand=/bin/web %(here)s\n",
    "/etc/v/a.env": "A=1\n",
  },
};

fuzzTest("any text is a config or a mistake with a place", {
  name: "config",
  tokens: [
    "[program:x]\ncommand=cat\n",
    "[supervisord]\n",
    "[include]\nfiles=conf.d/*.conf\n",
    "[group:g]\nprograms=web\n",
    "[DEFAULT]\n",
    "[program-defaults]\n",
    "environment_file=-a.env,",
    "environment_from=A:a.env\n",
    "[",
    "]",
    ":",
    "=",
    "\n",
    "\n ",
    "\r\n",
    " ;",
    "#",
    "%",
    "%%",
    "%(",
    "%(here)s",
    "%(ENV_HOME)s",
    "%(process_num)02d",
    "%(program_name)s",
    "%(group_name)99999d",
    "numprocs=3\nprocess_name=%(program_name)s_%(process_num)s\n",
    "environment=A=\"b\",C='d'",
    '"',
    "'",
    "\\",
    "__proto__",
    "constructor",
    "99999999999999999999",
    "-1",
    "1e9",
    "0x10",
    "10MB",
    "\ufeff",
    "\u2028",
    "\x85",
    "\xa0",
    "[[]]*?",
    "true",
  ],
  more: corpus(),
  run(input, random) {
    const machine = { ...MACHINE, files: { ...MACHINE.files, "/etc/v/main.conf": input } };
    const { config, errors, warnings } = check("", machine);
    for (const error of errors) assert.ok(error instanceof ConfigError, String(error));
    for (const problem of [...errors, ...warnings]) assert.notEqual(describe(problem), "");
    JSON.parse(config ? dumpConfig(config) : dumpFailure(errors[0]!));
    if (random.below(4) > 0) return;
    assert.equal(loads(machine), config !== null, "load() and check() are of one mind");
  },
});

/** Real configs, where they are at hand. */
function corpus(): Uint8Array[] {
  const folder = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".conf")).sort();
  return names.map((name) => new Uint8Array(fs.readFileSync(folder + name)));
}

function loads(machine: typeof MACHINE): boolean {
  try {
    load("", machine);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
