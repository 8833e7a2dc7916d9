import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { LogLines } from "./log_lines.ts";
import { closeParts, memoryPart, openParts } from "./log_parts.ts";
import { partsWithin, readParts } from "./read_parts.ts";

const ALL = { since: -Infinity, until: Infinity };

async function read(files: FakeLogFiles, lines: number | null = null): Promise<string[]> {
  const parts = openParts(files, "/log");
  const reader = new LogLines(false, ALL);
  const turn = () => Promise.resolve();
  const texts: string[] = [];
  for await (
    const batch of readParts(parts, reader, { hasTimes: false, window: ALL, lines, turn })
  ) {
    texts.push(...batch.map(({ text }) => text));
  }
  texts.push(...reader.flush().map(({ text }) => text));
  closeParts(parts);
  return texts;
}

function files(contents: Record<string, string>): FakeLogFiles {
  const made = new FakeLogFiles();
  for (const [path, content] of Object.entries(contents)) made.put(path, content);
  return made;
}

const LOGS = {
  "/log": "5\n6",
  "/log.1": "3\n4 begins",
  "/log.2.gz": "gzip[1\n2\n]",
  "/log.3.zst": "zstd[0\n]",
};

test("a log is read with its old ones, the oldest first, and a line over the end of a file", async () => {
  assert.deepEqual(await read(files(LOGS)), ["0", "1", "2", "3", "4 begins5", "6"]);
});

const counts: readonly (readonly [lines: number, texts: readonly string[]])[] = [
  [0, []],
  [1, ["6"]],
  [2, ["4 begins5", "6"]],
  [3, ["3", "4 begins5", "6"]],
  [4, ["2", "3", "4 begins5", "6"]],
  [9, ["0", "1", "2", "3", "4 begins5", "6"]],
];

for (const [lines, texts] of counts) {
  test(`the last ${lines} lines are ${JSON.stringify(texts)}`, async () => {
    const whole = { ...LOGS, "/log.1": "3\n4 begins5\n", "/log": "6" };
    assert.deepEqual(await read(files(whole), lines), texts);
  });
}

test("the last lines are the end of all lines, wherever files begin", async () => {
  const log = fc.array(fc.constantFrom("a\n", "b", "\n", "c\nd"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(log, fc.nat(12), fc.nat(9), async (pieces, cut, lines) => {
      const ends = pieces.slice(0, cut).join("").replace(/[^\n]*$/, "");
      const all = pieces.join("");
      const made = files({ "/log.1": ends, "/log": all.slice(ends.length) });
      const whole = await read(made);
      assert.deepEqual(await read(made, lines), lines === 0 ? [] : whole.slice(-lines));
    }),
  );
});

test("the last lines of long logs are found far before the end", async () => {
  const numbers = Array.from({ length: 40_000 }, (_, n) => `${n}`);
  const text = (from: number, to: number) => numbers.slice(from, to).map((n) => `${n}\n`).join("");
  const made = files({ "/log.1": text(0, 10_000), "/log": text(10_000, 40_000) });
  for (const lines of [1, 29_999, 30_000, 30_001, 39_999, 40_000]) {
    assert.deepEqual(await read(made, lines), numbers.slice(-lines));
  }
});

test("what is written after a log was opened is not read", async () => {
  const made = files({ "/log": "a\n" });
  const parts = openParts(made, "/log");
  made.files.get("/log")!.bytes = new TextEncoder().encode("a\nb\n");
  let text = "";
  for await (const piece of parts[0]!.pieces()) text += new TextDecoder().decode(piece);
  assert.equal(text, "a\n");
});

test("every file that was opened is closed", () => {
  const made = files(LOGS);
  closeParts(openParts(made, "/log"));
  assert.equal(made.disposed.length, 4);
});

test("where there is no folder there is no log", () => {
  const made = new FakeLogFiles();
  made.list = () => {
    throw Object.assign(new Error("no"), { code: "ENOENT" });
  };
  assert.deepEqual(openParts(made, "/no/log"), []);
});

test("a part in memory is read like any other", async () => {
  const part = memoryPart("/dev/stdout", new TextEncoder().encode("a\n"), 1);
  const pieces = await Array.fromAsync(part.pieces());
  assert.deepEqual([part.identity, new TextDecoder().decode(pieces[0])], [null, "a\n"]);
});

/** Written last at 10, 20 and 30. */
const windows: readonly (readonly [since: number, until: number, modified: readonly number[]])[] = [
  [-Infinity, Infinity, [10, 20, 30]],
  [15, Infinity, [20, 30]],
  [20, Infinity, [20, 30]],
  [31, Infinity, []],
  [-Infinity, 5, [10]],
  [-Infinity, 10, [10, 20]],
  [15, 15, [20]],
];

for (const [since, until, modified] of windows) {
  test(`from ${since} to ${until} are parts that end at ${modified}`, () => {
    const parts = [10, 20, 30].map((each) => memoryPart("/x", new Uint8Array(0), each));
    assert.deepEqual(
      partsWithin(parts, { since, until }, false).map((part) => part.modified),
      modified,
    );
  });
}

test("where lines have times, they alone say what came too late", () => {
  const parts = [10, 20, 30].map((each) => memoryPart("/x", new Uint8Array(0), each));
  const within = partsWithin(parts, { since: 15, until: 15 }, true);
  assert.deepEqual(within.map(({ modified }) => modified), [20, 30]);
});
