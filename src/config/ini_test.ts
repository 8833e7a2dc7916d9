import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyDocument, readIni } from "./ini.ts";

function parse(text: string) {
  const document = emptyDocument("F");
  return { document, faults: readIni(text, "F", document) };
}

function options(text: string): Record<string, string> {
  const { document, faults } = parse(text);
  assert.deepEqual(faults, []);
  return Object.fromEntries(
    [...document.sections.get("s")!.options].map(([name, { text }]) => [name, text]),
  );
}

const values = [
  { name: "splits at the first = or :", text: "a=b:c\nd : e=f", want: { a: "b:c", d: "e=f" } },
  {
    name: "lower-cases names and trims both sides",
    text: "Com Mand\t=  x y ",
    want: { "com mand": "x y" },
  },
  { name: "keeps an empty value", text: "a=", want: { a: "" } },
  { name: "keeps quotes", text: `a="b"`, want: { a: `"b"` } },
  { name: "skips comment lines", text: "; x\n  # y\na=b", want: { a: "b" } },
  { name: "cuts a comment after a blank, even in quotes", text: `a="b #c"`, want: { a: '"b' } },
  { name: "keeps # and ; inside a word", text: "a=b#c;d", want: { a: "b#c;d" } },
  {
    name: "cuts at the comment found in the earliest round",
    text: "a=a;b ;c #d",
    want: { a: "a;b ;c" },
  },
  { name: "joins indented lines", text: "a=b\n  c = d\n\te", want: { a: "b\nc = d\ne" } },
  { name: "takes an indented header for a continuation", text: "a=b\n [t]", want: { a: "b\n[t]" } },
  {
    name: "counts a blank line, not a comment line",
    text: "a=b\n\n ; x\n c\n",
    want: { a: "b\n\nc" },
  },
  { name: "drops blank lines at the end", text: "a=b\n\n\n", want: { a: "b" } },
  { name: "reads options that are all indented", text: "  a=b\n  c=d", want: { a: "b", c: "d" } },
  { name: "lets the last of two win", text: "a=b\na=c", want: { a: "c" } },
  { name: "reads CRLF", text: "a=b\r\n c\r\n", want: { a: "b\nc" } },
  { name: "ignores what follows a header", text: "[s] junk\na=b", want: { a: "b" } },
  {
    name: "keeps names that objects know",
    text: "__proto__=x\nconstructor=y",
    want: JSON.parse('{"__proto__":"x","constructor":"y"}'),
  },
];

for (const { name, text, want } of values) {
  test(`readIni() ${name}`, () => assert.deepEqual(options(`[s]\n${text}`), want));
}

test("readIni() merges sections of one name, in order of first appearance", () => {
  const { document } = parse("[b]\nx=1\n[a]\n[b]\ny=2\n[ b ]\n[x]y]\n[DEFAULT]\nz=3");
  assert.deepEqual([...document.sections.keys()], ["b", "a", " b ", "x]y"]);
  assert.deepEqual([...document.sections.get("b")!.options.keys()], ["x", "y"]);
  assert.equal(document.sections.get("b")!.line, 1);
  assert.equal(document.defaults.options.get("z")!.text, "3");
});

test("readIni() knows the line of every line of a value", () => {
  const { document } = parse("[s]\n\na=b\n ; no\n c\n\n d");
  assert.deepEqual(document.sections.get("s")!.options.get("a")!.lines, [3, 5, 6, 7]);
});

test("readIni() collects the lines it cannot read, and reads on", () => {
  const { document, faults } = parse("[s]\nfoo\n=x\n[]\na=b\n");
  assert.deepEqual(faults.map(({ line }) => line), [2, 3, 4]);
  assert.equal(
    faults[0]!.message,
    "Source contains parsing errors: 'F'\n\t[line  2]: 'foo\\n'\n\t[line  3]: '=x\\n'\n\t[line  4]: '[]\\n'",
  );
  assert.equal(document.sections.get("s")!.options.get("a")!.text, "b");
});

test("readIni() refuses text before the first header, and names it once", () => {
  const { faults } = parse("\ufeff[s]\nx\n[t]");
  assert.deepEqual(faults.map(({ line, message }) => ({ line, message })), [
    { line: 1, message: "File contains no section headers.\nfile: 'F', line: 1\n'\\ufeff[s]\\n'" },
  ]);
});

const line = fc.array(
  fc.constantFrom(
    "[",
    "]",
    "a",
    "=",
    ":",
    ";",
    "#",
    " ",
    "\t",
    "[s]",
    "k=v",
    "é",
    "\x1c",
    "\u2028",
  ),
  { maxLength: 8 },
).map((parts) => parts.join(""));

test("readIni() never throws, and every line of a value is on the line it says", () => {
  fc.assert(fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
    const { document } = parse(lines.join("\n"));
    for (const { options } of document.sections.values()) {
      for (const value of options.values()) {
        value.text.split("\n").forEach((piece, i) => {
          assert.ok(lines[value.lines[i]! - 1]!.includes(piece));
        });
      }
    }
  }));
});

test("readIni() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parse(text)));
});

test("readIni() is quick with huge lines and values", () => {
  const start = performance.now();
  parse(`[s]\na=${"x;y#".repeat(250_000)}\nb=1\n${" c\n".repeat(50_000)}`);
  assert.ok(performance.now() - start < 2_000);
});
