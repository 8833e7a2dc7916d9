import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeHost } from "./testing.ts";
import { valueFrom, VariablesError, variablesOf } from "./variable_files.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const reading = (content: string | Uint8Array) =>
  fakeHost({ files: { "/x/a": content } }).readSmallFile;
const valueIn = (content: string | Uint8Array) => valueFrom("A", "/x/a", reading(content));

test("valueFrom() is the file without the newline at its end", () => {
  const contents = ["", "x", "x\n", "x\r\n", "x\n\n", "\n", " x \ny\n", "x\r"];
  assert.deepEqual(
    contents.map((content) => text(valueIn(content))),
    ["", "x", "x", "x", "x\n", "", " x \ny", "x\r"],
  );
  assert.deepEqual([...valueIn(Uint8Array.of(0xff, 0xfe, 0x0a))], [0xff, 0xfe]);
});

test("an optional file need not be there; one that is there must be good", () => {
  const read = reading("A=1");
  assert.deepEqual([...variablesOf({ path: "/x/a", optional: true }, read)], [["A", "1"]]);
  assert.deepEqual([...variablesOf({ path: "/x/b", optional: true }, read)], []);
  assert.throws(() => variablesOf({ path: "/x", optional: true }, read), /is no regular file/);
  assert.throws(
    () => variablesOf({ path: "/x/b", optional: false }, read),
    /there is no such file/,
  );
});

const LONGEST = 128 * 1024 - "A=".length - 1;
const long = (length: number) => "s".repeat(length);

test("a variable may be as long as the kernel takes it, and no longer", () => {
  assert.equal(valueIn(long(LONGEST)).length, LONGEST);
  const said = /^(A is longer than a variable may be \(128 KiB\)|is larger than 128 KiB)$/;
  const refused = (error: Error) => error instanceof VariablesError && said.test(error.message);
  assert.throws(() => valueIn(long(LONGEST + 1)), refused);
  assert.throws(() => valueIn(long(LONGEST + 100)), refused);
  const file = { path: "/x/a", optional: false };
  assert.equal(variablesOf(file, reading(`A=${long(LONGEST)}`)).get("A")?.length, LONGEST);
  assert.throws(() => variablesOf(file, reading(`A=${long(LONGEST - 1)}ü`)), refused);
});

test("a file of variables has its limit, too", () => {
  const read = reading("# \n".repeat(400_000));
  assert.throws(() => variablesOf({ path: "/x/a", optional: false }, read), /larger than 1024 KiB/);
});

test("what else is wrong is told by its code", () => {
  const read = () => {
    throw Object.assign(new Error("secret"), { code: "EACCES" });
  };
  assert.throws(() => valueFrom("A", "/x/a", read), {
    path: "/x/a",
    line: null,
    message: "cannot be read (EACCES)",
  });
});
