import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { systemLogFiles } from "./log_files.ts";

const folder = tempFolder();
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const { open, openReader, createUnique, identity } = systemLogFiles;

test("a log is made, and appended to when it is opened again", () => {
  const path = `${folder}/log`;
  const first = open(path);
  assert.equal(first.size, 0);
  first.write(bytes("one "));
  first.close();
  const second = open(path);
  assert.equal(second.size, 4);
  second.write(bytes("two"));
  second.close();
  assert.equal(fs.readFileSync(path, "utf8"), "one two");
});

test("what somebody else appends is not written over", () => {
  const path = `${folder}/shared`;
  const log = open(path);
  log.write(bytes("ours "));
  fs.appendFileSync(path, "theirs ");
  log.write(bytes("ours"));
  log.close();
  assert.equal(fs.readFileSync(path, "utf8"), "ours theirs ours");
});

test("a log in the place of another has its mode, whatever the umask; one that is there keeps its own", () => {
  const path = `${folder}/renewed`;
  const { uid, gid } = fs.statSync(folder);
  const modes = [0o600, 0o666].map((mode) => {
    open(path, { uid, gid, mode }).close();
    return fs.statSync(path).mode & 0o777;
  });
  assert.deepEqual(modes, [0o600, 0o600]);
  fs.rmSync(path);
  open(path, { uid, gid, mode: 0o666 }).close();
  assert.equal(fs.statSync(path).mode & 0o777, 0o666);
});

test("a link in the place of a log is not given to the log's owner", () => {
  const [path, target] = [`${folder}/linked`, `${folder}/target`];
  fs.writeFileSync(target, "", { mode: 0o600 });
  fs.symlinkSync(target, path);
  const { uid, gid } = fs.statSync(folder);
  open(path, { uid: uid + 1, gid, mode: 0o666 }).close();
  const { mode, uid: owner } = fs.statSync(target);
  assert.deepEqual([mode & 0o777, owner], [0o600, uid]);
});

test("a log that was renamed is still written to", () => {
  const path = `${folder}/moved`;
  const log = open(path);
  systemLogFiles.rename(path, `${path}.1`);
  log.write(bytes("x"));
  log.close();
  assert.equal(fs.readFileSync(`${path}.1`, "utf8"), "x");
  assert.equal(systemLogFiles.identity(path), undefined);
});

const unopenable = [
  { name: "a folder", path: folder, code: "EISDIR" },
  { name: "a file in a folder that is not there", path: `${folder}/none/log`, code: "ENOENT" },
  { name: "a file in what is no folder", path: "/dev/null/log", code: "ENOTDIR" },
];

for (const { name, path, code } of unopenable) {
  test(`opening ${name} says ${code}`, () => assert.throws(() => open(path), { code }));
}

test("a full disk says ENOSPC, and how much was written before", () => {
  const log = open("/dev/full");
  assert.throws(() => log.write(bytes("x")), { code: "ENOSPC", bytesWritten: 0 });
  log.close();
});

test("createUnique() makes an empty file for the owner alone, whatever the umask", () => {
  const umask = process.umask(0);
  try {
    const path = createUnique(folder, "web-stdout---box-", ".log");
    assert.match(path, /\/web-stdout---box-[a-z0-9_]{8}\.log$/);
    assert.equal(path.slice(0, path.lastIndexOf("/")), folder);
    const { mode, size } = fs.statSync(path);
    assert.deepEqual([mode & 0o777, size], [0o600, 0]);
  } finally {
    process.umask(umask);
  }
});

test("createUnique() never gives a name twice", () => {
  const paths = Array.from({ length: 100 }, () => createUnique(folder, "u", ""));
  assert.equal(new Set(paths).size, 100);
});

test("createUnique() says so where there is no folder", () => {
  assert.throws(() => createUnique(`${folder}/none`, "a", "b"), { code: "ENOENT" });
});

test("a reader reads by offset, and sees the file grow", () => {
  const path = `${folder}/read`;
  fs.writeFileSync(path, "0123456789");
  const reader = openReader(path)!;
  assert.equal(reader.size, 10);
  assert.equal(text(reader.read(3, 4)), "3456");
  assert.equal(text(reader.read(8, 100)), "89");
  assert.equal(reader.read(100, 5).length, 0);
  assert.equal(reader.read(0, 0).length, 0);
  fs.appendFileSync(path, "ab");
  assert.equal(reader.size, 12);
  assert.equal(text(reader.read(10, 2)), "ab");
  reader[Symbol.dispose]();
});

test("there is no reader of a file that is not there", () => {
  assert.equal(openReader(`${folder}/none`), undefined);
});

test("a file that cannot be read says why", () => {
  assert.throws(() => openReader("/dev/null/x"), { code: "ENOTDIR" });
});

test("identity() tells a file from the one that took its name", () => {
  const path = `${folder}/same`;
  fs.writeFileSync(path, "");
  const reader = openReader(path)!;
  assert.equal(identity(path), reader.identity);
  fs.renameSync(path, `${path}.1`);
  assert.equal(identity(path), undefined);
  fs.writeFileSync(path, "");
  assert.notEqual(identity(path), reader.identity);
  assert.equal(identity(`${path}.1`), reader.identity);
  reader[Symbol.dispose]();
});

test("remove() is content where nothing is, and list() names what is", () => {
  const inner = `${folder}/inner`;
  fs.mkdirSync(inner);
  systemLogFiles.remove(`${inner}/none`);
  open(`${inner}/a`).close();
  open(`${inner}/b`).close();
  systemLogFiles.remove(`${inner}/a`);
  assert.deepEqual(systemLogFiles.list(inner), ["b"]);
  assert.throws(() => systemLogFiles.list(`${folder}/nowhere`), { code: "ENOENT" });
});

for (
  const [name, access, mode] of [
    ["only a mode", { mode: 0o620 }, 0o620],
    ["only an owner", { uid: process.getuid!(), gid: process.getgid!() }, 0o644],
    ["nothing", {}, 0o644],
  ] as const
) {
  test(`a log is made as ${name} says, and what is not said is as usual`, () => {
    const path = `${folder}/as ${name}`;
    const before = process.umask(0o022);
    try {
      open(path, access).close();
    } finally {
      process.umask(before);
    }
    assert.equal(fs.statSync(path).mode & 0o777, mode);
  });
}

test("createUnique() gives a file the mode that is asked for", () => {
  const path = createUnique(folder, "given-", ".log", { mode: 0o664 });
  assert.equal(fs.statSync(path).mode & 0o777, 0o664);
});

const never = new AbortController().signal;

async function contentsOf(path: string, codec: "gzip" | "zstd"): Promise<string> {
  using reader = openReader(path)!;
  let contents = "";
  for await (const piece of systemLogFiles.decompress(reader, codec)) contents += text(piece);
  return contents;
}

for (const codec of ["gzip", "zstd"] as const) {
  test(`${codec}: a compressed log is read back, and has the mode and time of the plain one`, async () => {
    const [from, to] = [`${folder}/plain.${codec}`, `${folder}/plain.${codec}.x`];
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join("");
    fs.writeFileSync(from, lines);
    fs.chmodSync(from, 0o640);
    fs.utimesSync(from, 1_700_000_000, 1_700_000_000);
    fs.writeFileSync(to, "left of a crash");
    assert.equal(await systemLogFiles.compress(from, to, codec, never), identity(from));
    const { size, mode, mtimeMs } = fs.statSync(to);
    assert.ok(size < lines.length / 2);
    assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 1_700_000_000_000]);
    assert.equal(await contentsOf(to, codec), lines);
  });
}

test("a compressed log that is cut off says so", async () => {
  const path = `${folder}/cut.gz`;
  fs.writeFileSync(`${path}.plain`, crypto.getRandomValues(new Uint8Array(30_000)));
  await systemLogFiles.compress(`${path}.plain`, path, "gzip", never);
  fs.truncateSync(path, 10_000);
  await assert.rejects(contentsOf(path, "gzip"));
});

test("compressing ends when it is told to", async () => {
  const from = `${folder}/endless`;
  fs.writeFileSync(from, "x".repeat(1_000_000));
  const abort = new AbortController();
  const compressing = systemLogFiles.compress(from, `${from}.gz`, "gzip", abort.signal);
  abort.abort();
  await assert.rejects(compressing);
});

test("a pipe in the place of a log is waited for neither by readers nor to be compressed", async () => {
  const path = `${folder}/pipe.1`;
  execFileSync("mkfifo", [path]);
  using reader = openReader(path)!;
  assert.throws(() => reader.read(0, 1), { code: "ESPIPE" });
  await assert.rejects(systemLogFiles.compress(path, `${path}.gz`, "gzip", never), {
    code: "EINVAL",
  });
});
