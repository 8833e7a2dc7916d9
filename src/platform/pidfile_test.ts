import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { pidfilePresence, removePidfile, restorePidfile, writePidfile } from "./pidfile.ts";

const folder = tempFolder();
const isRoot = process.getuid!() === 0;
const ours = `${process.pid}\n`;
let files = 0;

function newPath(): string {
  fs.mkdirSync(`${folder}/${++files}`);
  return `${folder}/${files}/pid`;
}

const text = (path: string) => fs.readFileSync(path, "utf8");
const namesBeside = (path: string) => fs.readdirSync(dirname(path));

test("it holds the pid and a line feed, has the usual mode, and goes at the end", () => {
  const path = newPath();
  const umask = process.umask(0o022);
  const pidfile = writePidfile(path)!;
  process.umask(umask);
  assert.equal(text(path), ours);
  assert.equal(fs.statSync(path).mode & 0o777, 0o644);
  assert.deepEqual(namesBeside(path), ["pid"]);
  removePidfile(pidfile);
  assert.deepEqual(namesBeside(path), []);
});

test("a stale one is replaced by a new file: other names of it keep what they had", () => {
  const path = newPath();
  fs.writeFileSync(path, "1\n");
  fs.linkSync(path, `${path}.other`);
  writePidfile(path);
  assert.equal(text(path), ours);
  assert.equal(text(`${path}.other`), "1\n");
});

test("a link that we made ourselves is followed, also to a file that is not there yet", () => {
  const path = newPath();
  fs.symlinkSync("target", path);
  const pidfile = writePidfile(path)!;
  assert.equal(text(`${dirname(path)}/target`), ours);
  removePidfile(pidfile);
  assert.deepEqual(namesBeside(path), ["pid"]);
});

if (isRoot) {
  test("a link that another user planted is not followed", () => {
    const path = newPath();
    fs.writeFileSync(`${path}.victim`, "precious");
    fs.symlinkSync(`${path}.victim`, path);
    fs.lchownSync(path, 65_534, 65_534);
    assert.throws(() => writePidfile(path), { code: "ELOOP" });
    assert.equal(text(`${path}.victim`), "precious");
  });
}

test("a folder in the place of it is refused; so is a path without its folder", () => {
  assert.throws(() => writePidfile(folder), { code: "EISDIR" });
  assert.throws(() => writePidfile(`${folder}/none/pid`), { code: "ENOENT" });
});

test("the null device is written to and stays a device", () => {
  assert.equal(writePidfile("/dev/null"), null);
  assert.ok(fs.statSync("/dev/null").isCharacterDevice());
});

test("it is put back where nothing is, and never over another's", () => {
  const path = newPath();
  const pidfile = writePidfile(path)!;
  fs.rmSync(path);
  assert.equal(pidfilePresence(pidfile), "missing");
  restorePidfile(pidfile);
  assert.equal(text(path), ours);
  fs.writeFileSync(path, "1\n");
  assert.throws(() => restorePidfile(pidfile), { code: "EEXIST" });
  assert.equal(pidfilePresence(pidfile), "foreign");
  removePidfile(pidfile);
  assert.equal(text(path), "1\n");
  assert.deepEqual(namesBeside(path), ["pid"]);
});
