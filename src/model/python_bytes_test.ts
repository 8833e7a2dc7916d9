import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { describeBytes, pythonBytes } from "./python_bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const cases: readonly [name: string, bytes: Uint8Array, want: string][] = [
  ["nothing", bytes(""), "b''"],
  ["plain text", bytes("READY\n"), "b'READY\\n'"],
  ["control characters", new Uint8Array([0, 7, 9, 13, 27, 127]), "b'\\x00\\x07\\t\\r\\x1b\\x7f'"],
  ["bytes above ASCII", new Uint8Array([0x68, 0xc3, 0xff]), "b'h\\xc3\\xff'"],
  ["a backslash", bytes("\\"), "b'\\\\'"],
  ["single quotes", bytes("it's"), `b"it's"`],
  ["double quotes", bytes('"a"'), `b'"a"'`],
  ["both quotes", bytes(`'"`), `b'\\'"'`],
];

for (const [name, given, want] of cases) {
  test(`pythonBytes() shows ${name}`, () => assert.equal(pythonBytes(given), want));
}

const PYTHON = "/usr/bin/python3";

test("pythonBytes() agrees with Python", { skip: !existsSync(PYTHON) }, () => {
  const samples = [
    ...Array.from({ length: 256 }, (_, byte) => new Uint8Array([byte])),
    ...Array.from({ length: 256 }, (_, byte) => new Uint8Array([byte, 0x27, byte])),
    ...Array.from({ length: 256 }, (_, byte) => new Uint8Array([0x22, byte, 0x27])),
  ];
  const script = "import sys\nfor line in sys.stdin: print(repr(bytes.fromhex(line)))";
  const input = samples.map((sample) => `${hex(sample)}\n`).join("");
  const { stdout } = spawnSync(PYTHON, ["-c", script], { input, encoding: "utf8" });
  assert.deepEqual(samples.map(pythonBytes), stdout.trimEnd().split("\n"));
});

function hex(sample: Uint8Array): string {
  return Array.from(sample, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const texts: readonly [name: string, bytes: Uint8Array, want: string][] = [
  ["keeps UTF-8", bytes("grüße 🐝"), "grüße 🐝"],
  ["keeps a byte order mark", bytes("\ufeffx"), "\ufeffx"],
  ["keeps NUL", bytes("\0"), "\0"],
  ["shows a broken character", new Uint8Array([0x68, 0xc3]), "Undecodable: b'h\\xc3'"],
  ["shows a surrogate", new Uint8Array([0xed, 0xa0, 0x80]), "Undecodable: b'\\xed\\xa0\\x80'"],
  ["shows an overlong form", new Uint8Array([0xc0, 0x80]), "Undecodable: b'\\xc0\\x80'"],
];

for (const [name, given, want] of texts) {
  test(`describeBytes() ${name}`, () => assert.equal(describeBytes(given), want));
}
