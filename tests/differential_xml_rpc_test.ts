/** XML-RPC messages against Python's xmlrpc.client and Supervisor's own reader, on random values. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RpcFault } from "../src/rpc/faults.ts";
import { readCall, readResponse, RpcReadError } from "../src/rpc/read_xml.ts";
import { writeCall, writeFault, writeResponse } from "../src/rpc/write_xml.ts";
import { RpcDateTime, RpcDouble, type RpcValue } from "../src/rpc/xml_value.ts";
import { type Answer, pythonTests } from "./support/python_peer.ts";

const test = pythonTests("xml_rpc_answers.py");
const RUNS = { numRuns: 2000 };

/** A value as it travels to Python and back: its type, and its content. */
type Told =
  | readonly ["string" | "raw" | "int" | "double" | "dateTime" | "base64", string]
  | readonly ["boolean", boolean]
  | readonly ["array", readonly Told[]]
  | readonly ["struct", readonly (readonly [name: string, value: Told])[]];

/** A call or a reply as it travels. */
type ToldMessage = Told | readonly ["call", string, Told] | readonly ["fault", string, string];

/** A value of ours for what travels. */
function made(told: Told): RpcValue {
  const [kind] = told;
  switch (kind) {
    case "int":
      return Number(told[1]);
    case "double":
      return new RpcDouble(asDouble(told[1]));
    case "dateTime":
      return new RpcDateTime(told[1]);
    case "array":
      return told[1].map(made);
    case "struct":
      return new Map(told[1].map(([name, value]) => [name, made(value)]));
    default: // base64 is the text it holds
      return told[1];
  }
}

/** From Python's spelling. */
function asDouble(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(..."aZ09 &<>\"'\t\n]\\é€") },
  fc.constantFrom("\r", "\r\n", "]]>", "&amp;", "😀", "\u0085", "\u2028", "\ufeff", "\ufffd"),
  fc.constantFrom("\0", "\x1b", "\x0b", "\x7f", "\x9f", "\ud800", "\udfff", "\ufffe", "\uffff"),
  fc.string({ unit: "binary", maxLength: 1 }),
);
/** Of any UTF-16 units. */
const anyText = fc.array(character, { maxLength: 8 }).map((parts) => parts.join(""));
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** What an XML document may hold. */
const xmlText = anyText.map((text) => text.replace(NOT_XML, ""));

/** A text after it was written and read: forbidden characters replaced, line ends as XML has them. */
function received(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(/\r\n?/g, "\n");
}

const LIMITS = [2147483647, 2147483648, -2147483648, -2147483649, 0, -0, 1, -1];
const anyInt = fc.oneof(fc.constantFrom(...LIMITS), fc.integer(), fc.maxSafeInteger());
const smallInt = fc.oneof(fc.constantFrom(0, 1, -1, 2147483647, -2147483648), fc.integer());
/**
 * Doubles whose shortest spelling is the same in Python, `1e-05` and `-0.0` are not. No method of
 * Supervisor's takes or gives one, so the other spellings matter only when they are read.
 */
const plainDouble = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
  .filter((number) => Object.is(number, 0) || Math.abs(number) >= 1e-4);
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyDate = fc.date({
  min: new Date("1000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
}).map((date) => date.toISOString().slice(0, 19).replaceAll("-", ""));

interface Leaves {
  readonly text: fc.Arbitrary<string>;
  readonly int: fc.Arbitrary<number>;
  readonly double: fc.Arbitrary<number>;
  readonly others?: readonly fc.Arbitrary<Told>[];
}

/** Values of every type, inside each other. */
function valuesOf({ text, int, double, others = [] }: Leaves): fc.Arbitrary<Told> {
  const told = <K extends Told[0]>(kind: K) => (content: unknown) => [kind, content] as Told;
  return fc.letrec<{ value: Told }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text.map(told("string")),
      int.map(String).map(told("int")),
      fc.boolean().map(told("boolean")),
      double.map(String).map(told("double")),
      anyDate.map(told("dateTime")),
      ...others,
      fc.array(tie("value"), { maxLength: 4 }).map(told("array")),
      fc.uniqueArray(fc.tuple(text, tie("value")), {
        maxLength: 4,
        selector: ([name]) => received(name), // or two members may become one on the way
      }).map(told("struct")),
    ),
  })).value;
}

const method = fc.string({ unit: fc.constantFrom(..."abcXYZ_.09"), minLength: 1, maxLength: 20 });
const ours = valuesOf({ text: anyText, int: anyInt, double: plainDouble });

test("a call is written byte for byte as Python writes it", async (peer) => {
  const calls = fc.tuple(method, fc.array(ours, { maxLength: 4 }));
  const property = fc.asyncProperty(calls, async ([method, params]) => {
    const want = await peer.tell("writeCall", [method, params]);
    assert.equal(writeCall(method, params.map(made)), want);
  });
  await fc.assert(property, RUNS);
});

test("a reply is written byte for byte as Python writes it", async (peer) => {
  const property = fc.asyncProperty(ours, async (value) => {
    assert.equal(writeResponse(made(value)), await peer.tell("writeResponse", value));
  });
  await fc.assert(property, RUNS);
});

test("a fault is written byte for byte as Python writes it", async (peer) => {
  const property = fc.asyncProperty(smallInt, anyText, async (code, text) => {
    const want = await peer.tell("writeFault", [code, text]);
    assert.equal(writeFault(new RpcFault(code, text)), want);
  });
  await fc.assert(property, RUNS);
});

/** A value after it was written and read. */
function afterTravel(value: RpcValue): RpcValue {
  if (typeof value === "string") return received(value);
  if (typeof value === "number") return Math.max(-2147483648, Math.min(2147483647, value)) + 0;
  if (Array.isArray(value)) return value.map(afterTravel);
  if (!(value instanceof Map)) return value;
  return new Map(Array.from(value, ([name, item]) => [received(name), afterTravel(item)]));
}

/** A struct's members in their order, which deepEqual() does not look at. */
function inOrder(value: RpcValue): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  return value instanceof Map ? [...value].map(([name, item]) => [name, inOrder(item)]) : value;
}

const numbers = valuesOf({ text: anyText, int: anyInt, double: anyDouble });

test("Python reads the call that was written", async (peer) => {
  const calls = fc.tuple(method, fc.array(numbers, { maxLength: 4 }));
  const property = fc.asyncProperty(calls, async ([method, params]) => {
    const values = params.map(made);
    const theirs = await peer.tell<ToldMessage>("read", writeCall(method, values));
    assert.ok(theirs[0] === "call");
    assert.equal(theirs[1], method);
    assert.deepEqual(inOrder(made(theirs[2])), inOrder(afterTravel(values)));
  });
  await fc.assert(property, RUNS);
});

test("Python reads the fault that was written", async (peer) => {
  const property = fc.asyncProperty(anyInt, anyText, async (code, text) => {
    const theirs = await peer.tell("read", writeFault(new RpcFault(code, text)));
    assert.deepEqual(theirs, ["fault", String(afterTravel(code)), received(text)]);
  });
  await fc.assert(property, RUNS);
});

const base64 = xmlText.map((text) => ["base64", text] as Told);
const theirs = valuesOf({ text: xmlText, int: smallInt, double: anyDouble, others: [base64] });

/** What a reader makes of what Python wrote: bytes in base64 keep their line ends. */
function asRead(told: Told): RpcValue {
  switch (told[0]) {
    case "string":
      return received(told[1]);
    case "array":
      return told[1].map(asRead);
    case "struct":
      return new Map(told[1].map(([name, item]) => [received(name), asRead(item)]));
    default:
      return made(told);
  }
}

test("a call that Python wrote is read", async (peer) => {
  const calls = fc.tuple(method, fc.array(theirs, { maxLength: 4 }));
  const property = fc.asyncProperty(calls, async ([method, params]) => {
    const call = readCall(await peer.tell("writeCall", [method, params]));
    assert.equal(call.method, method);
    assert.deepEqual(inOrder(call.params), inOrder(params.map(asRead)));
  });
  await fc.assert(property, RUNS);
});

test("a reply that Python wrote is read", async (peer) => {
  const property = fc.asyncProperty(theirs, async (value) => {
    const read = readResponse(await peer.tell("writeResponse", value));
    assert.deepEqual(inOrder(read), inOrder(asRead(value)));
  });
  await fc.assert(property, RUNS);
});

test("a reply with a log's escape sequences in it, as Supervisor sends it, is read", async (peer) => {
  // Without what UTF-8 cannot carry.
  const raw = anyText.map((text) => text.replace(/\p{Surrogate}/gu, ""));
  const property = fc.asyncProperty(raw, async (text) => {
    const xml = await peer.tell<string>("writeResponse", ["raw", text]);
    assert.equal(readResponse(xml), received(text));
  });
  await fc.assert(property, RUNS);
});

test("a fault that Python wrote is thrown", async (peer) => {
  const property = fc.asyncProperty(smallInt, xmlText, async (code, text) => {
    const xml = await peer.tell<string>("writeFault", [code, text]);
    assert.throws(() => readResponse(xml), new RpcFault(code, received(text)));
  });
  await fc.assert(property, RUNS);
});

const gap = fc.constantFrom("", "", "", "\n", "  ", "\r\n\t", "<!-- c -->", "<?p i?>");
const element = (name: string, ...inside: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...inside).map((parts) => `<${name}>${parts.join("")}</${name}>`);
const written = xmlText.map((text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
);
const textNode = fc.oneof(
  written,
  fc.constantFrom(
    "&#65;",
    "&#x1F600;",
    "<![CDATA[<a>&]]>",
    "a<![CDATA[b]]>c",
    "a&apos;b",
    "&nope;",
  ),
);
const digits = fc.oneof(
  smallInt.map(String),
  fc.constantFrom("+5", " 5 ", "\n-7\n", "007", "", "x", "1.5", "0x1f"),
);

/** Python also knows `inf`, `nan` and `1_0`, which we refuse. */
const doubles = fc.oneof(anyDouble.map(String), digits, fc.constantFrom("1e5", ".5", "5.", " 2 "));

/** Layouts of a request: what clients write, and what is nearly that. */
const { value: anyValue } = fc.letrec<{ value: string; typed: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 1, arbitrary: element("value", textNode) },
    { weight: 4, arbitrary: element("value", gap, tie("typed"), gap) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("<value/>", "<value></value>", "<value a='1'>x</value>"),
    },
  ),
  typed: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    element("string", textNode),
    element("int", digits),
    element("i4", digits),
    element("boolean", fc.constantFrom("0", "1", "2", "true", "", "x")),
    element("double", doubles),
    element("base64", fc.constantFrom("aGk=", "\naG\nk=\n", "", "w6k=")),
    element("dateTime.iso8601", anyDate),
    element("array", gap, fc.array(tie("value"), { maxLength: 3 }).map(dataOf), gap),
    fc.array(fc.tuple(written, tie("value"), gap), { maxLength: 3 }).map(structOf),
    fc.constantFrom("<array/>", "<array></array>", "<struct/>", "<string/>", "<int/>"),
    fc.constantFrom("<struct><member><value/></member></struct>"),
  ),
}));

function dataOf(values: readonly string[]): string {
  return values.length === 0 ? "<data/>" : `<data>\n${values.join("\n")}</data>`;
}

function structOf(members: readonly (readonly [name: string, value: string, gap: string])[]) {
  const inside = members.map(([name, value, gap]) =>
    `<member>${gap}<name>${name}</name>${gap}${value}</member>`
  );
  return `<struct>${inside.join("\n")}</struct>`;
}

const request = fc.tuple(
  fc.constantFrom("", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="UTF-8"?>\n', "\n"),
  fc.constantFrom("methodCall", "methodCall", "methodCall", "methodResponse"),
  fc.oneof(
    { weight: 6, arbitrary: method.map((name) => `<methodName>${name}</methodName>`) },
    fc.constantFrom(
      "",
      "<methodName/>",
      "<methodName> a.b </methodName>",
      "<methodname>a</methodname>",
    ),
  ),
  fc.oneof(
    fc.constantFrom("", "<params/>", "<params>\n</params>"),
    fc.array(element("param", gap, anyValue, gap), { maxLength: 3 }).map((params) =>
      `<params>${params.join("\n")}</params>`
    ),
  ),
  gap,
  fc.constantFrom("", "", "", "\n", "x", "<a/>"),
).map(([declaration, root, name, params, gap, rest]) =>
  `${declaration}<${root}>${gap}${name}${gap}${params}</${root}>${rest}`
);

/** Where two things are wrong, either may be the reason. The client gets the same 400. */
const REFUSED = { refused: "" };

/** Our reader's answer to the same document. */
function call(xml: string): Answer<unknown> {
  try {
    const { method, params } = readCall(xml);
    return { value: ["call", method, inOrder(params)] };
  } catch (error) {
    if (!(error instanceof RpcReadError)) throw error;
    return REFUSED;
  }
}

/** Supervisor's answer. */
function asCall(answer: Answer<ToldMessage>): Answer<unknown> {
  if ("refused" in answer) return REFUSED;
  const [, method, params] = answer.value as readonly ["call", string, Told];
  return { value: ["call", method, inOrder(made(params))] };
}

test("a request is taken or refused as Supervisor's server does it", async (peer) => {
  const property = fc.asyncProperty(request, async (xml) => {
    assert.deepEqual(call(xml), asCall(await peer.ask<ToldMessage>("serveCall", xml)));
  });
  await fc.assert(property, { numRuns: 3000 });
});
