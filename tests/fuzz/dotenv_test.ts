import assert from "node:assert/strict";
import { DotenvError, readDotenv } from "../../src/config/dotenv.ts";
import { isName } from "../../src/config/environment_options.ts";
import { fuzzTest } from "./fuzz.ts";

const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");

fuzzTest("a file of variables is read, or has a line that is wrong", {
  name: "dotenv",
  tokens: [
    "A=",
    "export ",
    "\n",
    "\r\n",
    "\r",
    '"',
    "'",
    "\\",
    "\\n",
    " #",
    "=",
    " ",
    "\0",
    "\xff",
  ],
  run(input) {
    const found = variablesOf(input);
    if (found instanceof DotenvError) {
      const lines = latin1.decode(input).split("\n").length;
      assert.ok(found.line >= 1 && found.line <= lines, `line ${found.line} of ${lines}`);
      return;
    }
    assert.ok([...found].every(([name, value]) => isName(name) && !value.includes("\0")));
    assert.deepEqual(variablesOf(written(found, "\n")), found, "in quotes they are the same");
    assert.deepEqual(variablesOf(written(found, "\r\n")), found, "with other line ends, too");
  },
});

function variablesOf(bytes: Uint8Array): ReadonlyMap<string, string> | DotenvError {
  try {
    return readDotenv(bytes);
  } catch (error) {
    if (error instanceof DotenvError) return error;
    throw error;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r" };

function written(variables: ReadonlyMap<string, string>, newline: string): Uint8Array {
  const escape = (char: string) => ESCAPES[char] ?? `\\${char}`;
  const lines = [...variables].map(([name, value]) =>
    `export ${name}="${value.replace(/[\n\r"\\$]/g, escape)}"${newline}`
  );
  return encoder.encode(lines.join(""));
}
