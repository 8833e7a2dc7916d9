/** The pieces of the configuration reader against Python's own, on random input. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as datatypes from "../src/config/datatypes.ts";
import { readEnvironment } from "../src/config/environment.ts";
import { expand } from "../src/config/expand.ts";
import { emptyDocument, type IniSection, readIni } from "../src/config/ini.ts";
import { commandWords } from "../src/config/lexer.ts";
import { Names, type NameValue } from "../src/config/names.ts";
import { BadValue } from "../src/config/problems.ts";
import { check } from "../src/config/testing.ts";
import { quote } from "../src/config/text.ts";
import { decodeUtf8 } from "../src/config/utf8.ts";
import { type Answer, pythonTests } from "./support/python_peer.ts";

const test = pythonTests("config_answers.py");
const RUNS = { numRuns: 2000 };

/** What our function makes of the same question. */
function answer<T>(work: () => T): Answer<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    return { refused: error.message };
  }
}

/**
 * Characters that both sides know alike: white space and line ends of every kind, marks of the
 * grammars, and letters. Not all of Unicode: Python 3.11 knows an older one than the runtimes,
 * hence fewer printable characters.
 */
const anyChar = fc.oneof(
  fc.constantFrom(..."\t\n\v\f\r\x1c\x1f \x85\xa0\u2028\u3000\ufeff"),
  fc.constantFrom(..."[]=:;#%()'\"\\,/-+_.~$*"),
  fc.constantFrom(..."aBz09éßİΣσÅ×÷", "\u0301", "\u212a", "😀", "\0", "\x1b", "\x7f", "\uffff"),
  fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCharCode(code)),
);
const anyText = fc.string({ unit: anyChar, maxLength: 12 });

/** Text of such parts and now and then of anything. */
function textOf(parts: readonly string[], maxLength: number): fc.Arbitrary<string> {
  const part = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...parts) }, anyChar);
  return fc.array(part, { maxLength }).map((found) => found.join(""));
}

test("bytes decode as Python decodes them, to the same text or the same fault", async (peer) => {
  const boundary = fc.constantFrom(0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1);
  const first = fc.constantFrom(0xc2, 0xdf, 0xe0, 0xed, 0xee, 0xef, 0xf0, 0xf4, 0xf5, 0xbb, 0xff);
  const bytes = fc.array(fc.oneof(boundary, first, fc.nat(255)), { maxLength: 8 });
  const property = fc.asyncProperty(bytes, async (values) => {
    const ours = decodeUtf8(Uint8Array.from(values));
    const want = await peer.tell("utf8", values);
    assert.deepEqual(typeof ours === "string" ? { text: ours } : ours, want);
  });
  await fc.assert(property, RUNS);
});

test("text is quoted as Python's repr() quotes it", async (peer) => {
  const property = fc.asyncProperty(anyText, async (text) => {
    assert.equal(quote(text), await peer.tell("repr", text));
  });
  await fc.assert(property, RUNS);
});

interface Ini {
  /** Text came before any header, and Python stopped there. */
  readonly headless: boolean;
  readonly message: string | null;
  readonly lines: readonly number[];
  readonly sections?: readonly (readonly [name: string, options: Options])[];
  readonly defaults?: Options;
}

type Options = readonly (readonly [name: string, value: string])[];

/** An option without a name is a fault; Python keeps it all the same, and nobody sees it. */
const named = (options: Options): Options => options.filter(([name]) => name !== "");

function optionsOf({ options }: IniSection): Options {
  return Array.from(options, ([name, { text }]) => [name, text]);
}

/** Our reader goes on after text before any header, to tell all mistakes at once. */
function ini(text: string): Ini {
  const document = emptyDocument("F");
  const faults = readIni(text, "F", document);
  const [first] = faults;
  if (first?.message.startsWith("File contains no section headers")) {
    return { headless: true, message: first.message, lines: [first.line] };
  }
  return {
    headless: false,
    message: first?.message ?? null,
    lines: faults.map(({ line }) => line),
    sections: Array.from(document.sections, ([name, section]) => [name, optionsOf(section)]),
    defaults: optionsOf(document.defaults),
  };
}

const iniLine = fc.oneof(
  fc.constantFrom("[s]", "[s]x", "[t", "[DEFAULT]", "[]", "k=v", "K : v", "", " ", "# c", ";"),
  textOf(["[", "]", "a", "K", "=", ":", ";", "#", " ", "\t", "[s]", "k=v", "é"], 8),
);
const iniText = fc.tuple(
  fc.constantFrom("[s]\n", "[s]\n", "[s]\nk=\n", "[DEFAULT]\na=1\n[s]\n", ""),
  fc.array(fc.tuple(iniLine, fc.constantFrom("\n", "\n", "\n", "\r\n", "\r")), { maxLength: 12 }),
  iniLine,
).map(([start, lines, last]) => start + lines.map((line) => line.join("")).join("") + last);

test("INI text has the sections, options, values and faults that Python finds", async (peer) => {
  const property = fc.asyncProperty(iniText, async (text) => {
    const want = await peer.tell<Ini>("ini", text);
    const sections = want.sections?.map(([name, options]) => [name, named(options)]);
    const visible = { ...want, sections, defaults: want.defaults && named(want.defaults) };
    assert.deepEqual(ini(text), want.headless ? want : visible);
  });
  await fc.assert(property, { numRuns: 4000 });
});

const NAMES: Readonly<Record<string, NameValue>> = {
  a: "text",
  n: 7,
  neg: -255,
  zero: 0,
  u: "é😀'",
  "x(y)": "%(a)s",
  "": "empty",
};

/**
 * Do: a conversion without a name is refused, where Python prints all names there are.
 * A bad value has no room for the name, so that an unknown one is read from the message.
 */
function expanded(text: string): Answer<string> {
  const ours = answer(() => expand(text, new Names(new Map(Object.entries(NAMES))), "o"));
  if ("value" in ours) return ours;
  const [, unknown] = /contains names \('(.*)'\) which cannot be expanded/.exec(ours.refused) ?? [];
  if (unknown !== undefined) return { refused: `unknown name ${unknown}` };
  const prefix = `Format string ${quote(text)} for 'o' is badly formatted: `;
  assert.ok(ours.refused.startsWith(prefix), ours.refused);
  const reason = ours.refused.slice(prefix.length);
  const nameless = reason === "not enough arguments for format string";
  return { refused: nameless ? "nameless" : reason };
}

/**
 * Left out: the types `c` and `e f g` (and their capitals), which have no use here, and `*` for a
 * width. Digits are few: beyond 100 000 a width is refused, where Python fills the memory.
 */
const conversion = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...Object.keys(NAMES).map((name) => `(${name})`)) },
    fc.constantFrom("", "(nope)", "(a", "(a))", "(()"),
  ),
  fc.string({ unit: fc.constantFrom(..."0-+# "), maxLength: 3 }),
  fc.constantFrom("", "", "0", "5", "12"),
  fc.constantFrom("", "", ".", ".0", ".3", ".12"),
  fc.constantFrom("", "", "h", "l", "L", "hh"),
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(..."sdioxXura") },
    fc.constantFrom("", "y", "é", "😀", "\0", "."),
  ),
).map((parts) => `%${parts.join("")}`);
const template = fc.array(fc.oneof(conversion, fc.constantFrom("%%", "x", "é", "\n")), {
  maxLength: 4,
}).map((parts) => parts.join(""));
const templateOfPieces = fc.array(
  fc.constantFrom("%", "(a)", "(n)", "(", ")", "s", "d", "0", "5", ".", "-", "#", "h", "é", " "),
  { maxLength: 9 },
).map((parts) => parts.join("")).filter((text) => !/\d{5}/.test(text));

test("names expand as Python's % puts them in, or are refused in its words", async (peer) => {
  const property = fc.asyncProperty(fc.oneof(template, templateOfPieces), async (text) => {
    assert.deepEqual(expanded(text), await peer.ask("expand", [text, NAMES]));
  });
  await fc.assert(property, { numRuns: 4000 });
});

const SHELL_PARTS = ["A", "b", "=", ",", " ", "\t", "\n", "'", '"', "\\", "#", "é", "😀", "$", ";"];
const pair = fc.tuple(
  fc.constantFrom("A", "B_1", "é", "__proto__", "'q'", ""),
  fc.constantFrom("=", "=", "=", " = ", "", "=="),
  fc.oneof(
    fc.constantFrom("1", "/usr/bin:/x.y+z-(1)", '"a b"', "'x\\'", '"\\""', "\\,", "a\\ b", '""'),
    textOf(SHELL_PARTS, 4),
  ),
  fc.constantFrom(",", ",", "\n", ";", "#c\n", ",,", ""),
).map((parts) => parts.join(""));
const environmentText = fc.oneof(
  fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join("")),
  textOf([...SHELL_PARTS, "/", ".", "+", "-", "(", ")", ":", "@", "\r"], 12),
);

test("environment= is taken apart as Python's shlex does it", async (peer) => {
  const property = fc.asyncProperty(environmentText, async (text) => {
    const ours = answer(() => [...readEnvironment(text)]);
    assert.deepEqual(ours, await peer.ask("environment", text));
  });
  await fc.assert(property, { numRuns: 4000 });
});

test("a command is split as Python's shlex.split() does it", async (peer) => {
  const property = fc.asyncProperty(textOf([...SHELL_PARTS, "\r"], 12), async (text) => {
    assert.deepEqual(answer(() => commandWords(text)), await peer.ask("commandWords", text));
  });
  await fc.assert(property, RUNS);
});

/** Left out: digits of other scripts, which Python's int() reads and we refuse. */
const number = fc.oneof(
  fc.integer({ min: -5, max: 300 }).map(String),
  fc.constantFrom("1_000", "007", "+5", "-0", "65535", "65536", "99999", "255", "256", "1__0", "_1"),
  fc.constantFrom("0o22", "0O17", "0o_7", "0x1f", "08", "-022", "+0o7", "1.5", "1e3", "", "--1"),
  fc.nat(Number.MAX_SAFE_INTEGER).map(String),
);
const blank = fc.constantFrom("", "", "", "", " ", "\t", "\n", "\x1c", "\xa0", "\ufeff", "\u3000");
const padded = (text: fc.Arbitrary<string>) =>
  fc.tuple(blank, text, blank).map((parts) => parts.join(""));
const anyCase = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((capitals) =>
    Array.from(text, (char, i) => capitals[i] ? char.toUpperCase() : char).join("")
  );
const word = (...words: readonly string[]) => fc.constantFrom(...words).chain(anyCase);

const SIGNALS =
  "hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont stop " +
  "tstp ttin ttou urg xcpu xfsz vtalrm prof winch poll pwr sys rtmin rtmax iot cld io emt nal";

interface Datatype {
  readonly convert: (text: string) => unknown;
  /** Besides any text. */
  readonly values: fc.Arbitrary<string>;
  /** Python's numbers have no end, so they travel as text. */
  readonly big?: true;
  /** Left out of the comparison, for a reason. */
  readonly except?: (text: string) => boolean;
}

const types: readonly Datatype[] = [
  { convert: datatypes.integer, values: padded(number), big: true },
  { convert: datatypes.octal, values: padded(number), big: true },
  {
    convert: datatypes.byteSize,
    values: fc.tuple(
      padded(number.filter((text) => text.length < 10)),
      fc.oneof(word("kb", "mb", "gb"), fc.constantFrom("", "k", "b", "tb", "MiB", "\u212aB")),
    ).map((parts) => parts.join("")),
    big: true,
  },
  {
    convert: datatypes.boolean,
    values: padded(word("yes", "true", "on", "1", "no", "false", "off", "0", "t", "unexpected")),
  },
  {
    convert: datatypes.exitCodes,
    values: fc.array(padded(number), { maxLength: 4 }).map((codes) => codes.join(",")),
  },
  {
    convert: datatypes.signal,
    values: padded(fc.oneof(
      fc.tuple(word("", "", "sig", "sigsig"), word(...SIGNALS.split(" "))).map((two) =>
        two.join("")
      ),
      number,
    )),
    // Python finds SIG_DFL and SIG_BLOCK, which are no signals, under `_dfl` and `sig_block`.
    except: (text) => /^\s*(?:sig)?_/i.test(text),
  },
  {
    convert: datatypes.autorestart,
    values: word("unexpected", "true", "false", "yes", "no", "1", "0", "always"),
  },
  {
    convert: datatypes.logLevel,
    values: word(..."critical error warn info debug trace blather warning crit".split(" ")),
    except: (text) => text.startsWith("__"), // every Python class has such attributes
  },
  {
    convert: datatypes.nameOf,
    values: padded(textOf(["web", "-", "é", " ", ":", "/", "\t"], 4)),
    except: (text) => /^[\s\x1c-\x1f\x85]*$/.test(text), // Do: an empty name is refused
  },
  {
    convert: datatypes.list,
    values: textOf(["a", "b", ",", ",", " ", "\n"], 8),
  },
  {
    convert: datatypes.inetAddress,
    values: fc.tuple(
      fc.constantFrom("", "", "*", "localhost", "HOST", "::1", "[::1]", "*:", "É"),
      fc.constantFrom("", ":", ":", ":"),
      padded(number),
    ).map((parts) => parts.join("")),
  },
];

/** Do: a number past what a double holds exactly is cut off there. */
function asNumber(answer: Answer<unknown>): Answer<unknown> {
  if (!("value" in answer)) return answer;
  const limit = Number.MAX_SAFE_INTEGER;
  return { value: Math.max(-limit, Math.min(limit, Number(answer.value))) + 0 };
}

/** An address is a pair there. */
function asAddress(answer: Answer<unknown>): Answer<unknown> {
  if (!("value" in answer)) return answer;
  const [host, port] = answer.value as [string, number];
  return { value: { host, port } };
}

for (const { convert, values, big = false, except = () => false } of types) {
  const { name } = convert;
  test(`${name}() takes and refuses what Supervisor does, in its words`, async (peer) => {
    const texts = fc.oneof({ weight: 5, arbitrary: values }, anyText).filter((t) => !except(t));
    const property = fc.asyncProperty(texts, async (text) => {
      const theirs = await peer.ask("convert", [name, text]);
      const want = convert === datatypes.inetAddress ? asAddress(theirs) : theirs;
      assert.deepEqual(answer(() => convert(text)), big ? asNumber(want) : want);
    });
    await fc.assert(property, RUNS);
  });
}
