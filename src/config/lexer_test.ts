import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { commandWords } from "./lexer.ts";

const cases = [
  { name: "separates at blanks and line ends", text: " a\tb \r\n c ", want: ["a", "b", "c"] },
  { name: "keeps single quotes literal", text: `'a "\\ b'`, want: ['a "\\ b'] },
  {
    name: "knows two escapes in double quotes",
    text: String.raw`"a\"b\\c\n\$"`,
    want: [String.raw`a"b\c\n\$`],
  },
  {
    name: "takes an escaped character as it is",
    text: String.raw`a\ b \' \\`,
    want: ["a b", "'", "\\"],
  },
  { name: "glues quoted and bare parts", text: `a"b c"'d'e`, want: ["ab cde"] },
  { name: "keeps empty words", text: `'' "" x`, want: ["", "", "x"] },
  {
    name: "knows no comments, variables or globs",
    text: "a #b $c *",
    want: ["a", "#b", "$c", "*"],
  },
  { name: "keeps characters of any script", text: "é 😀\\😀", want: ["é", "😀😀"] },
  { name: "finds nothing in nothing", text: "  ", want: [] },
];

for (const { name, text, want } of cases) {
  test(`commandWords() ${name}`, () => assert.deepEqual(commandWords(text), want));
}

test("commandWords() refuses a quotation without its end, and says which", () => {
  const detail = `expected a closing " in "a \\"b"`;
  assert.throws(() => commandWords('a "b'), { message: "No closing quotation", detail });
  assert.throws(() => commandWords("'"), { message: "No closing quotation" });
});

test("commandWords() refuses a backslash at the end", () => {
  assert.throws(() => commandWords("a\\"), { message: "No escaped character" });
  assert.throws(() => commandWords('"\\'), { message: "No escaped character" });
});

test("commandWords() gives back words that were quoted", () => {
  fc.assert(fc.property(fc.array(fc.string()), (words) => {
    const text = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(" ");
    assert.deepEqual(commandWords(text), words);
  }));
});
