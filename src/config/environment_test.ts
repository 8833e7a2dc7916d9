import assert from "node:assert/strict";
import { test } from "node:test";
import { readEnvironment } from "./environment.ts";

const good: [text: string, want: Record<string, string>][] = [
  ["", {}],
  ['A="1",', { A: "1" }],
  ['A=""', { A: "" }],
  [`A= "b" , C = d`, { A: "b", C: "d" }],
  ["A=a\\,b", { A: "a,b" }],
  ["A=1,B=2#c,D=3", { A: "1", B: "2" }],
  [String.raw`A="x\ty"`, { A: String.raw`x\ty` }],
  [String.raw`A="x\"y\\"`, { A: 'x"y\\' }],
  ["A=1;B=2", { A: "1", B: "2" }],
  ["A=$HOME", { A: "$" }],
  ["A=a b", { A: "a" }],
  [`S=foo"bar baz"qux`, { S: "foobar bazqux" }],
  [`S='a "b" \\'`, { S: 'a "b" \\' }],
  ["P=/usr/bin:/x.y+z-(1)é", { P: "/usr/bin:/x.y+z-(1)é" }],
  ['A="1",\nB="2\n3"', { A: "1", B: "2\n3" }],
  ["A=1,A=2", { A: "2" }],
];

for (const [text, want] of good) {
  test(`readEnvironment() reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(Object.fromEntries(readEnvironment(text)), want);
  });
}

for (const text of ["A", "A=foo@bar", "A=x=y", "A=1 B=2", "A=", "A=1,,B=2", "A=,B=2", "A=1,B"]) {
  test(`readEnvironment() refuses ${text}`, () => {
    const message = `Unexpected end of key/value pairs in value '${text}'`;
    assert.throws(() => readEnvironment(text), { message });
  });
}

test("readEnvironment() refuses quotes and backslashes without their second half", () => {
  assert.throws(() => readEnvironment('A="x'), { message: "No closing quotation" });
  assert.throws(() => readEnvironment("A=x\\"), { message: "No escaped character" });
});

test("readEnvironment() keeps names that objects know", () => {
  assert.equal(readEnvironment('__proto__="x"').get("__proto__"), "x");
});
