import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { request, runChild } from "../../tests/support/run_child.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { DETACHED_MARK, type Environment, ownEnvironment, setVariable } from "./environment.ts";

const folder = tempFolder();
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test("setVariable() writes NAME=value as UTF-8, over what was there", () => {
  const environment: Environment = new Map();
  setVariable(environment, "A", "old");
  setVariable(environment, "A", "é=\n");
  setVariable(environment, "__proto__", "x");
  assert.deepEqual([...environment.values()].map(text), ["A=é=\n", "__proto__=x"]);
});

test("ownEnvironment() has what this process was started with", () => {
  assert.equal(text(ownEnvironment().get("PATH")), `PATH=${process.env["PATH"]}`);
});

test("values reach us byte for byte, also those that are no text, and our mark goes no further", async () => {
  const script = `${folder}/print.ts`;
  const module = fileURLToPath(new URL("./environment.ts", import.meta.url));
  fs.writeFileSync(
    script,
    `
    import { ownEnvironment, ownVariables, setVariable } from ${JSON.stringify(module)};
    const hex = (bytes) => [...bytes].map((byte) => byte.toString(16)).join(" ");
    for (const [name, bytes] of ownEnvironment()) console.log(name + ": " + hex(bytes));
    const again = new Map();
    for (const [name, value] of ownVariables()) setVariable(again, name, value);
    console.log("again " + hex(again.get("X")));
  `,
  );
  const encode = (text: string) => new TextEncoder().encode(text);
  const entries = [
    "HOME=" + folder,
    "EMPTY=",
    "EQUALS==x=",
    `${DETACHED_MARK}=1`,
    "TWICE=1",
    "TWICE=2",
    "NOTHING",
  ].map(encode);
  const environment = [...entries, Uint8Array.from([0x58, 0x3d, 0xff, 0x20, 0xc3])];
  const runtime = "Deno" in globalThis ? ["run", "-A", "--no-config"] : ["run"];
  const argv = [process.execPath, ...runtime, script];
  const { stdout, stderr, exit } = await runChild(request(argv, { environment }));
  assert.deepEqual(exit, { type: "code", code: 0 }, stderr);
  const printed = stdout.trim().split("\n");
  assert.ok(printed.includes("X: 58 3d ff 20 c3"), stdout);
  assert.ok(printed.includes("EMPTY: 45 4d 50 54 59 3d"), stdout);
  assert.ok(printed.includes("EQUALS: 45 51 55 41 4c 53 3d 3d 78 3d"), stdout);
  assert.ok(printed.includes("again 58 3d ff 20 c3"), stdout);
  assert.deepEqual(printed.filter((line) => line.startsWith("TWICE")), [
    "TWICE: 54 57 49 43 45 3d 31",
  ]);
  assert.ok(!stdout.includes("NOTHING"), stdout);
  assert.ok(!stdout.includes(DETACHED_MARK), stdout);
});
