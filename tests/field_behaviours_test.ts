/** The table of field behaviours names tests that exist, and leaves no behaviour out. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";

const read = (name: string) => fs.readFileSync(new URL(name, import.meta.url), "utf8");
const table = read("field_behaviours.md");

/** A test in the table: `file`: "name". */
const NAMED = /`([\w./]+_test\.ts)`: "([^"]+)"/g;

/** The rows below a heading, without the table's own head. */
function rowsOf(heading: string): string[] {
  const section = table.split(/^## /m).find((each) => each.startsWith(heading))!;
  return section.split("\n").filter((line) => /^\|(?! ---| No\.| Origin| Class)/.test(line));
}

/** Whether a file has a text literal that is this name: the first argument of a test, or a case. */
function hasTest(file: string, name: string): boolean {
  const text = read(file);
  return text.includes(`"${name}"`) || text.includes(`\`${name}\``);
}

test("every test that the table of field behaviours names is in its file under that name", () => {
  const named = [...table.matchAll(NAMED)];
  const missing = named.filter(([, file, name]) => !hasTest(file!, name!));
  assert.deepEqual(missing.map(([whole]) => whole), []);
});

for (const [heading, count] of [["Behaviours", 25], ["Patterns", 15]] as const) {
  test(`the table of field behaviours has all ${count} under ${heading}, in order`, () => {
    const numbers = rowsOf(heading).map((row) => Number(/^\| (\d+) \|/.exec(row)?.[1]));
    const all = Array.from({ length: count }, (_, i) => i + 1);
    assert.deepEqual(numbers.filter((number) => !Number.isNaN(number)), all);
  });
}

for (const heading of ["Behaviours", "Patterns", "Security"]) {
  test(`every row of the table under ${heading} names a test`, () => {
    const without = rowsOf(heading).filter((row) => row.search(NAMED) < 0);
    assert.deepEqual(without, []);
  });
}
