import assert from "node:assert/strict";
import { test } from "node:test";
import { DotenvError, readDotenv } from "./dotenv.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const files: readonly [what: string, text: string, variables: Record<string, string>][] = [
  ["nothing", "", {}],
  ["empty lines and comments", "\n  \n# A=1\n\t # B=2\nC=3", { C: "3" }],
  ["no newline at the end", "A=1\nB=2", { A: "1", B: "2" }],
  ["an export", "export A=1\n  export\tB = 2\nexport=3", { A: "1", B: "2", export: "3" }],
  ["names as programs have them", "_a.b-C9=1", { "_a.b-C9": "1" }],
  ["blanks around", "  A  =  one two \t\n", { A: "one two" }],
  ["values without text", "A=\nB= \nC=''\nD=\"\"", { A: "", B: "", C: "", D: "" }],
  ["comments after values", "A=1 # x\nB=a#b\nC=#x\nD= # x\nE='1'#x\nF=\"#\" # x", {
    A: "1",
    B: "a#b",
    C: "#x",
    D: "",
    E: "1",
    F: "#",
  }],
  ["equals signs and quotes in a value", 'A=b=c==\nB=it\'s "so"', { A: "b=c==", B: `it's "so"` }],
  ["single quotes", "A='$B \\n `x` \"'", { A: '$B \\n `x` "' }],
  ["escapes", String.raw`A="\n\r\t\\\"\$\x\'"`, { A: "\n\r\t\\\"$\\x\\'" }],
  ["a backslash without quotes", "A=C:\\new\\", { A: "C:\\new\\" }],
  ["nothing expanded, nothing run", 'A=$HOME\nB="${A}"\nC=$(id)\nD="`id`"', {
    A: "$HOME",
    B: "${A}",
    C: "$(id)",
    D: "`id`",
  }],
  ["several lines", "A=\"-----\n# no comment\n\nB=x\n\"\nC='1\n2'", {
    A: "-----\n# no comment\n\nB=x\n",
    C: "1\n2",
  }],
  ["line ends of Windows", '\ufeffA=1\r\nB="x\r\ny"\r\n# c\r\n\r\nC=2\r\n', {
    A: "1",
    B: "x\ny",
    C: "2",
  }],
  ["a name twice", "A=1\nA=2", { A: "2" }],
  [
    "names that objects have",
    "__proto__=1\nconstructor=2",
    Object.fromEntries([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]),
  ],
  ["other letters", "A=grün 🌱", { A: "grün 🌱" }],
];

for (const [what, text, variables] of files) {
  test(`readDotenv() reads ${what}`, () => {
    assert.deepEqual([...readDotenv(bytes(text))], Object.entries(variables));
  });
}

const ASSIGNMENT = "expected NAME=value, a comment or an empty line";
const faults: readonly [what: string, content: string | Uint8Array, line: number, said: string][] =
  [
    ["a line without =", "A=1\n\nsecret\n", 3, ASSIGNMENT],
    ["an export without =", "export A", 1, ASSIGNMENT],
    ["no name", "=secret", 1, ASSIGNMENT],
    ["a name that is none", "c2VjcmV0/x==", 1, ASSIGNMENT],
    ["blanks in a name", "A B=secret", 1, ASSIGNMENT],
    [
      "a quote without its partner",
      'A=1\nB="secret\n\\"\nC=2',
      2,
      'a closing " for the value of B',
    ],
    ["a single one", "A='secret\n", 1, "a closing ' for the value of A"],
    ["text after a quote", "A='x\n y' secret", 2, "nothing but a comment after the closing ' of A"],
    ["a value that is quoted twice", 'A="secret""secret"', 1, 'comment after the closing " of A'],
    ["a NUL", "A=1\nB=secret\0", 2, "got a NUL byte"],
    ["other bytes", Uint8Array.of(65, 61, 10, 66, 61, 255), 2, "in UTF-8: invalid start byte"],
  ];

for (const [what, content, line, said] of faults) {
  test(`readDotenv() refuses ${what} by its line, and shows nothing of it`, () => {
    const told = (error: Error) =>
      error instanceof DotenvError && error.line === line && error.message.includes(said) &&
      !/secret|c2V/.test(error.message);
    const file = typeof content === "string" ? bytes(content) : content;
    assert.throws(() => readDotenv(file), told);
  });
}
