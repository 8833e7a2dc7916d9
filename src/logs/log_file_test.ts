import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { FakeLogFiles } from "../../tests/support/fake_log_files.ts";
import { LogFile } from "./log_file.ts";

const PATH = "/log";

function openLog({ maxbytes = 0, backups = 0, files = new FakeLogFiles() }: {
  readonly maxbytes?: number;
  readonly backups?: number;
  readonly files?: FakeLogFiles;
}) {
  const clock = new FakeClock();
  const told: string[] = [];
  const trouble = {
    failing: (path: string, why: string) => told.push(`${path} failing: ${why}`),
    healed: (path: string, lost: number) => told.push(`${path} healed: ${lost} lost`),
    abandoned: () => assert.fail("a file that is closed tells nothing"),
  };
  const log = new LogFile({ path: PATH, maxbytes, backups }, { files, trouble, now: clock.now });
  const write = (text: string) => log.write(new TextEncoder().encode(text));
  return { log, write, files, clock, told };
}

function filesWith(text: string): FakeLogFiles {
  const files = new FakeLogFiles();
  files.put(PATH, text);
  return files;
}

// Rotation

test("a log of 300000 bytes with maxbytes=100000 is rotated as Supervisor rotates it", () => {
  const { log, files } = openLog({ maxbytes: 100_000, backups: 10 });
  const flood = new Uint8Array(300_000);
  for (let at = 0; at < flood.length; at += 131_072) log.write(flood.subarray(at, at + 131_072));
  assert.deepEqual(files.sizes(), { "/log": 37_856, "/log.1": 131_072, "/log.2": 131_072 });
});

test("a log is rotated as soon as it has maxbytes, not before", () => {
  const { write, files } = openLog({ maxbytes: 4, backups: 1 });
  write("abc");
  assert.deepEqual(files.sizes(), { "/log": 3 });
  write("d");
  assert.deepEqual(files.sizes(), { "/log": 0, "/log.1": 4 });
});

test("a chunk is never split over two files", () => {
  const { write, files } = openLog({ maxbytes: 4, backups: 1 });
  write("abc");
  write("defghij");
  assert.equal(files.text("/log.1"), "abcdefghij");
});

const renewals: readonly (readonly [string, number, (log: LogFile) => void])[] = [
  ["was rotated", 1, (log) => log.write(new Uint8Array(9))],
  ["was rotated without backups", 0, (log) => log.write(new Uint8Array(9))],
  ["was cleared", 1, (log) => log.clear()],
  ["was removed and reopened", 1, (log) => log.reopen()],
];

for (const [what, backups, renew] of renewals) {
  test(`a log that ${what} has the owner and mode that somebody gave it`, () => {
    const { log, files } = openLog({ maxbytes: 9, backups });
    const given = { uid: 1000, gid: 4, mode: 0o640 };
    files.files.get(PATH)!.access = given;
    if (what.includes("removed")) files.remove(PATH);
    renew(log);
    assert.equal(files.text(PATH), "");
    assert.deepEqual(files.files.get(PATH)!.access, given);
  });
}

test("old logs move up by one and the oldest goes", () => {
  const { write, files } = openLog({ maxbytes: 1, backups: 3 });
  for (const text of ["1", "2", "3", "4", "5"]) write(text);
  const kept = ["/log", "/log.1", "/log.2", "/log.3", "/log.4"].map((path) => files.text(path));
  assert.deepEqual(kept, ["", "5", "4", "3", undefined]);
});

test("a gap among the old logs is no trouble", () => {
  const { write, files, told } = openLog({ maxbytes: 1, backups: 3 });
  for (const text of ["1", "2", "3"]) write(text);
  files.files.delete("/log.2");
  write("4");
  assert.deepEqual([files.text("/log.1"), files.text("/log.2")], ["4", "3"]);
  assert.deepEqual(told, []);
});

test("with backups=0 a full log is emptied", () => {
  const { write, files } = openLog({ maxbytes: 4, backups: 0 });
  write("abcd");
  write("e");
  assert.deepEqual(files.sizes(), { "/log": 1 });
  assert.equal(files.text(PATH), "e");
});

for (const maxbytes of [0, -1]) {
  test(`with maxbytes=${maxbytes} a log is never rotated`, () => {
    const { write, files } = openLog({ maxbytes, backups: 3 });
    for (let i = 0; i < 100; i++) write("0123456789");
    assert.deepEqual(files.sizes(), { "/log": 1000 });
  });
}

test("what was in the file before counts", () => {
  const { write, files } = openLog({ maxbytes: 5, backups: 1, files: filesWith("old ") });
  write("n");
  assert.equal(files.text("/log.1"), "old n");
});

test("a full log is rotated at the next write, not when it is opened", () => {
  const { files, write } = openLog({ maxbytes: 3, backups: 1, files: filesWith("full") });
  assert.deepEqual(files.sizes(), { "/log": 4 });
  write("!");
  assert.equal(files.text("/log.1"), "full!");
});

test("nothing is lost, changed or reordered by rotation, and no handle is left open", () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 30 });
  fc.assert(fc.property(chunks, fc.integer({ min: 1, max: 50 }), (chunks, maxbytes) => {
    const { log, files } = openLog({ maxbytes, backups: 50 });
    for (const chunk of chunks) log.write(chunk);
    const paths = Array.from({ length: 50 }, (_, i) => `/log.${50 - i}`);
    const kept = [...paths, PATH].flatMap((path) => [...files.files.get(path)?.bytes ?? []]);
    assert.deepEqual(kept, chunks.flatMap((chunk) => [...chunk]));
    for (const [path, { bytes }] of files.files) {
      assert.ok(path === PATH ? bytes.length < maxbytes : bytes.length >= maxbytes);
    }
    log.close();
    assert.equal(files.openHandles, 0);
  }));
});

test("rotate() rotates a log whatever its size, but not an empty one", () => {
  const { log, write, files } = openLog({ maxbytes: 100, backups: 2 });
  assert.equal(log.rotate(), false);
  write("a");
  assert.equal(log.rotate(), true);
  assert.equal(log.rotate(), false);
  assert.deepEqual(files.sizes(), { "/log": 0, "/log.1": 1 });
});

test("rotate() goes on in the new file where somebody else has rotated", () => {
  const files = new FakeLogFiles();
  const [first, second] = [0, 1].map(() => openLog({ backups: 2, files }));
  first!.write("a");
  second!.write("b");
  assert.deepEqual([first!.log.rotate(), second!.log.rotate()], [true, false]);
  second!.write("c");
  assert.deepEqual(files.sizes(), { "/log": 1, "/log.1": 2 });
});

test("rotate() says so when it cannot, and the log goes on", () => {
  const { log, write, files } = openLog({ backups: 1 });
  write("a");
  files.failing.rename = "EACCES";
  assert.throws(() => log.rotate(), { code: "EACCES" });
  write("b");
  assert.equal(files.text(PATH), "ab");
});

for (const how of ["made", "rotated", "cleared", "reopened"]) {
  test(`a log that was ${how} has the mode that is asked for, and otherwise what it had`, () => {
    const files = new FakeLogFiles();
    const access = { mode: 0o640 };
    const trouble = { failing: () => {}, healed: () => {}, abandoned: () => {} };
    const options = { path: PATH, maxbytes: 0, backups: 1, access };
    const log = new LogFile(options, { files, trouble, now: new FakeClock().now });
    if (how === "made") return assert.deepEqual(files.files.get(PATH)!.access, access);
    files.files.get(PATH)!.access = { uid: 1000, gid: 4, mode: 0o666 };
    log.write(new Uint8Array(1));
    if (how === "rotated") log.rotate();
    if (how === "cleared") log.clear();
    if (how === "reopened") (files.remove(PATH), log.reopen());
    assert.deepEqual(files.files.get(PATH)!.access, { uid: 1000, gid: 4, mode: 0o640 });
  });
}

// Reopening and clearing

test("reopen() goes on in a new file where the old one was renamed", () => {
  const { log, write, files } = openLog({});
  write("before");
  files.rename(PATH, "/log.old");
  write(", still there");
  log.reopen();
  write("after");
  assert.equal(files.text("/log.old"), "before, still there");
  assert.equal(files.text(PATH), "after");
  assert.equal(files.openHandles, 1);
});

test("reopen() goes on in the same file where it is still there, and its size counts", () => {
  const { log, write, files } = openLog({ maxbytes: 6, backups: 1 });
  write("abc");
  log.reopen();
  write("def");
  assert.equal(files.text("/log.1"), "abcdef");
});

test("clear() begins an empty file and leaves the old ones alone", () => {
  const { log, write, files } = openLog({ maxbytes: 4, backups: 1 });
  write("abcd");
  write("e");
  log.clear();
  assert.deepEqual(files.sizes(), { "/log": 0, "/log.1": 4 });
  write("fgh");
  assert.equal(files.text(PATH), "fgh");
  write("i");
  assert.equal(files.text("/log.1"), "fghi");
});

for (const call of ["remove", "open"] as const) {
  test(`clear() says so when it cannot ${call}, and the log goes on when that works again`, () => {
    const { log, write, files, clock } = openLog({});
    files.failing[call] = "EACCES";
    assert.throws(() => log.clear(), { code: "EACCES" });
    delete files.failing[call];
    clock.tick(1000);
    write("again");
    assert.ok(files.text(PATH)?.endsWith("again"));
  });
}

test("the first opening fails aloud", () => {
  const files = new FakeLogFiles();
  files.failing.open = "EISDIR";
  assert.throws(() => openLog({ files }), { code: "EISDIR" });
});

test("a closed log has no handle", () => {
  const { log, files } = openLog({});
  log.close();
  log.close();
  assert.equal(files.openHandles, 0);
});

// Trouble

test("a full disk is told once, and its end once, with the bytes that were dropped", () => {
  const { write, files, told } = openLog({});
  files.room = 3;
  write("abcde");
  for (const text of ["fgh", "ij"]) write(text);
  assert.deepEqual(told, ["/log failing: ENOSPC"]);
  files.room = Infinity;
  write("back");
  write("and on");
  assert.deepEqual(told, ["/log failing: ENOSPC", "/log healed: 7 lost"]);
  assert.equal(files.text(PATH), "abcbackand on");
});

test("a second trouble is told again, with its own count", () => {
  const { write, files, told } = openLog({});
  for (const lost of ["ab", "cde"]) {
    files.room = 0;
    write(lost);
    files.room = Infinity;
    write("!");
  }
  assert.deepEqual(told, [
    "/log failing: ENOSPC",
    "/log healed: 2 lost",
    "/log failing: ENOSPC",
    "/log healed: 3 lost",
  ]);
});

test("what reached a full disk counts towards rotation", () => {
  const { write, files } = openLog({ maxbytes: 4, backups: 1 });
  files.room = 3;
  write("abcde");
  files.room = Infinity;
  write("f");
  assert.equal(files.text("/log.1"), "abcf");
});

test("a folder that vanished is told once, tried once a second, and told when it is back", () => {
  const { log, write, files, told, clock } = openLog({});
  files.failing.open = "ENOENT";
  log.reopen();
  const tries = files.calls.length;
  for (let i = 0; i < 100; i++) write("x");
  assert.equal(files.calls.length, tries);
  clock.tick(1000);
  write("x");
  assert.equal(files.calls.length, tries + 1);
  assert.deepEqual(told, ["/log failing: ENOENT"]);
  delete files.failing.open;
  write("x");
  assert.equal(files.text(PATH), "");
  clock.tick(1000);
  write("back");
  assert.equal(files.text(PATH), "back");
  assert.deepEqual(told, ["/log failing: ENOENT", "/log healed: 102 lost"]);
});

test("reopen() does not wait for the next try", () => {
  const { log, write, files } = openLog({});
  files.failing.open = "ENOENT";
  log.reopen();
  delete files.failing.open;
  log.reopen();
  write("back");
  assert.equal(files.text(PATH), "back");
});

test("a log that cannot be rotated is written on, and that is told once", () => {
  const { write, files, told } = openLog({ maxbytes: 2, backups: 1 });
  files.failing.rename = "EACCES";
  for (const text of ["ab", "cd", "ef"]) write(text);
  assert.equal(files.text(PATH), "abcdef");
  assert.deepEqual(told, ["/log failing: EACCES"]);
});

test("a log that can be rotated again is, and that is told", () => {
  const { write, files, told } = openLog({ maxbytes: 2, backups: 1 });
  files.failing.rename = "EACCES";
  write("ab");
  delete files.failing.rename;
  write("cd");
  assert.equal(files.text("/log.1"), "abcd");
  assert.deepEqual(told, ["/log failing: EACCES", "/log healed: 0 lost"]);
});

test("writing never throws, whatever the disk does", () => {
  type Step = readonly [keyof FakeLogFiles["failing"] | "write" | "room" | "wait", boolean];
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom("write", "write", "open", "rename", "remove", "room", "wait"),
    fc.boolean(),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.nat(2), (steps, backups) => {
    const { write, files, told, clock } = openLog({ maxbytes: 5, backups });
    for (const [what, works] of steps) {
      if (what === "wait") clock.tick(1000);
      else if (what === "room") files.room = works ? Infinity : 1;
      else if (what === "write" && works) write("abc");
      else if (works) delete files.failing[what];
      else files.failing[what] = "EIO";
    }
    // Writing and rotating can each be in trouble, and each is told once until it works again.
    let troubles = 0;
    for (const text of told) {
      troubles += text.includes("failing") ? 1 : -1;
      assert.ok(troubles >= 0 && troubles <= 2, told.join("; "));
    }
  }));
});

test("a log that was removed is made again within a second", () => {
  const { write, files, clock, told } = openLog({});
  write("old ");
  files.remove(PATH);
  write("lost ");
  clock.tick(1000);
  write("new");
  assert.equal(files.text(PATH), "new");
  assert.deepEqual(told, []);
});

test("a log that was only renamed is written on until it is reopened", () => {
  const { write, files, clock } = openLog({});
  write("old ");
  files.rename(PATH, "/moved");
  clock.tick(1000);
  write("new");
  assert.equal(files.text("/moved"), "old new");
});
