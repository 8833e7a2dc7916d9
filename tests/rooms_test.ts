import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** Which rooms a room may import from, beside itself. Types of `platform` are everybody's. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  platform: ["model"],
  rpc: ["model"],
  config: ["model"],
  engine: ["model"],
  events: ["model"],
  logs: ["model"],
  client: ["model", "rpc"],
  ctl: ["model", "rpc", "client"],
  server: ["model", "rpc", "engine", "events", "logs"],
  cli: [
    "model",
    "platform",
    "rpc",
    "config",
    "engine",
    "events",
    "logs",
    "client",
    "ctl",
    "server",
  ],
};

/** What names the outside world belongs in `platform`, and for the types of FFI there, too. */
const OUTSIDE = /^(?:node:|bun)/;

const IMPORT = /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gm;

function* sources(folder: string): Iterable<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.tsx?$/.test(entry.name) && !/_test\.|testing\.ts|fake_/.test(entry.name)) {
      yield file;
    }
  }
}

function roomOf(file: string): string {
  return path.relative(SRC, file).split(path.sep)[0]!;
}

for (const room of fs.readdirSync(SRC)) {
  test(`src/${room} imports only what the drawing of the rooms lets it`, () => {
    const wrong: string[] = [];
    for (const file of sources(path.join(SRC, room))) {
      for (const [, isType, from] of fs.readFileSync(file, "utf8").matchAll(IMPORT)) {
        const target = from!.startsWith(".") ? roomOf(path.resolve(path.dirname(file), from!)) : "";
        const fine = target === ""
          ? !OUTSIDE.test(from!) || room === "platform"
          : target === room || ALLOWED[room]!.includes(target) ||
            (target === "platform" && isType !== undefined);
        if (!fine) wrong.push(`${path.relative(SRC, file)}: ${from}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
}
