import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concatenate } from "./concatenate.ts";
import { hasTimes, lineFormat } from "./line_format.ts";

const ORIGIN = { group: "site", program: "web", channel: "stdout", pid: 7 } as const;
const WALL = Date.UTC(2026, 10, 22, 14, 41, 49, 7);
const UNSET = { log_format: null, log_timestamps: null, log_prefix: null };

type Options = Partial<Parameters<typeof lineFormat>[0]>;

function write(options: Options, line: string | Uint8Array, isWhole = true): string {
  const bytes = typeof line === "string" ? new TextEncoder().encode(line) : line;
  const writeLine = lineFormat({ ...UNSET, ...options })!(WALL, ORIGIN);
  return new TextDecoder().decode(concatenate(writeLine(bytes, isWhole)));
}

const prefixes: readonly (readonly [options: Options, line: string])[] = [
  [{}, "2026-11-22T14:41:49.007Z site:web hello\n"],
  [{ log_timestamps: "none" }, "site:web hello\n"],
  [{ log_prefix: "" }, "2026-11-22T14:41:49.007Z hello\n"],
  [{ log_timestamps: "none", log_prefix: "" }, "hello\n"],
  [
    { log_timestamps: "none", log_prefix: "[{program}/{channel} {pid}]" },
    "[web/stdout 7] hello\n",
  ],
];

for (const [options, line] of prefixes) {
  test(`prefixed with ${JSON.stringify(options)}: ${line.trim()}`, () => {
    assert.equal(write({ log_format: "prefixed", ...options }, "hello"), line);
  });
}

test("a prefixed line has the program's bytes as they are", () => {
  const writeLine = lineFormat({ ...UNSET, log_format: "prefixed" })!(WALL, ORIGIN);
  const line = Uint8Array.of(0, 255, 13);
  assert.deepEqual(writeLine(line, false)[1], line);
});

const json = { log_format: "json" } as const;

test("a JSON line tells of time, origin and message, in this order", () => {
  assert.equal(
    write(json, 'say "hé"\t'),
    '{"time":"2026-11-22T14:41:49.007Z","group":"site","program":"web","pid":7,' +
      '"channel":"stdout","message":"say \\"hé\\"\\t"}\n',
  );
});

test("a JSON line is read as what was written, whatever it was", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, isWhole) => {
    const { message, partial = false } = JSON.parse(write(json, text, isWhole));
    assert.deepEqual([message, partial], [text, !isWhole]);
  }));
});

test("a piece of a line says that it is one", () => {
  const { message, partial } = JSON.parse(write(json, "begin", false));
  assert.deepEqual([message, partial], ["begin", true]);
});

test("bytes that are no UTF-8 are in the line all the same", () => {
  const line = Uint8Array.from({ length: 256 }, (_, i) => i);
  const { message, raw } = JSON.parse(write(json, line));
  assert.ok(message.includes("\ufffd"));
  assert.deepEqual(Uint8Array.from(atob(raw), (char) => char.charCodeAt(0)), line);
});

test("a byte order mark is part of the message", () => {
  assert.equal(JSON.parse(write(json, "\ufeffx")).message, "\ufeffx");
});

const times: readonly (readonly [options: Options, has: boolean])[] = [
  [{}, false],
  [{ log_format: "plain" }, false],
  [{ log_format: "prefixed" }, true],
  [{ log_format: "prefixed", log_timestamps: "none" }, false],
  [{ log_format: "json" }, true],
];

for (const [options, has] of times) {
  test(`lines with ${JSON.stringify(options)} have ${has ? "times" : "no times"}`, () => {
    assert.equal(hasTimes({ ...UNSET, ...options }), has);
  });
}

test("plain lines need no format", () => {
  assert.equal(lineFormat(UNSET), null);
  assert.equal(lineFormat({ ...UNSET, log_format: "plain" }), null);
});
