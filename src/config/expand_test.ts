import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expand } from "./expand.ts";
import { Names, type NameValue } from "./names.ts";
import { BadValue } from "./problems.ts";

const names = new Names(
  new Map<string, NameValue>([["a", "text"], ["n", 7], ["neg", -10], ["big", 255], ["(p)", "in"], [
    "u",
    "😀",
  ], [
    "raw",
    "%(a)s",
  ]]),
);

const good = [
  { text: "x %(a)s y", want: "x text y" },
  { text: "100%%", want: "100%" },
  { text: "%(raw)s", want: "%(a)s" },
  { text: "%((p))s", want: "in" },
  { text: "%(n)d %(n)02d %(n)5d|%(n)-5d|", want: "7 07     7|7    |" },
  { text: "%(n)+d|%(n) d", want: "+7| 7" },
  { text: "%(neg)05d %(neg)x %(n)#o %(n)#06x", want: "-0010 -a 0o7 0x0007" },
  { text: "%(a)6s|%(a).2s|%(u)3s", want: "  text|te|  😀" },
  { text: "%(n)s %(a)r", want: "7 'text'" },
  { text: "%(big)x %(big)X %(big)#X", want: "ff FF 0XFF" },
];

for (const { text, want } of good) {
  test(`expand() reads ${text}`, () => assert.equal(expand(text, names, "o"), want));
}

const bad = [
  { text: "%", reason: "incomplete format" },
  { text: "50% of", reason: "%o format: an integer is required, not dict" },
  { text: "100%Y", reason: "unsupported format character 'Y' (0x59) at index 4" },
  { text: "😀%Y", reason: "unsupported format character 'Y' (0x59) at index 2" },
  { text: "%(a", reason: "incomplete format key" },
  { text: "%(a)", reason: "incomplete format" },
  { text: "%(a)d", reason: "%d format: a real number is required, not str" },
  { text: "%s", reason: "not enough arguments for format string" },
  { text: "%(n)9999999999d", reason: "width too big" },
];

for (const { text, reason } of bad) {
  test(`expand() refuses ${text}: ${reason}`, () => {
    const message = `Format string '${text}' for 'program:x.command' is badly formatted: ${reason}`;
    assert.throws(() => expand(text, names, "program:x.command"), { name: "BadValue", message });
  });
}

test("expand() lists the names there are when one is unknown", () => {
  const scope = new Names(new Map([["here", "/"], ["b", "x"]])).with(new Map([["a", 1]]));
  assert.throws(() => expand("%(nope)s", scope, "environment"), {
    message: "Format string '%(nope)s' for 'environment' contains names ('nope') which cannot be " +
      "expanded. Available names: a, b, here",
    detail: 'expected a known name, got "nope" in "%(nope)s"; ' +
      "known here: a, b, here, ENV_… for the environment",
  });
});

test("expand() names the variable where the environment lacks it, and not all that it has", () => {
  const scope = new Names(new Map([["ENV_HOME", "/root"], ["here", "/"]]));
  assert.throws(() => expand("%(ENV_TOKEN)s", scope, "o"), {
    detail:
      'expected a known name, got "ENV_TOKEN" in "%(ENV_TOKEN)s"; the environment has no TOKEN',
  });
});

test("expand() guesses what a misspelt name was meant to be", () => {
  const scope = new Names(new Map([["process_num", 1]]));
  assert.throws(() => expand("x\n%(proces_num)d\ny", scope, "o"), {
    detail:
      'expected a known name, got "proces_num" in "%(proces_num)d"; did you mean process_num?',
    offset: 2,
  });
});

test("expand() takes the innermost of names said twice", () => {
  const scope = new Names(new Map([["ENV_X", "outer"]])).with(new Map([["ENV_X", ""]]));
  assert.equal(expand("<%(ENV_X)s>", scope, "o"), "<>");
});

test("expand() gives text without percent signs back, and doubles once", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.equal(expand(text.replaceAll("%", "%%"), names, "o"), text);
  }));
});

test("expand() throws nothing but BadValue", () => {
  const parts = fc.constantFrom(
    "%",
    "(a)",
    "(n)",
    "(",
    ")",
    "s",
    "d",
    "0",
    "5",
    ".",
    "-",
    "#",
    "h",
    "é",
  );
  fc.assert(fc.property(fc.array(parts, { maxLength: 9 }), (text) => {
    try {
      expand(text.join(""), names, "o");
    } catch (error) {
      assert.ok(error instanceof BadValue);
    }
  }));
});
