import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fault, RpcFault } from "./faults.ts";
import { readCall, readResponse, RpcReadError } from "./read_xml.ts";
import { writeCall, writeFault, writeResponse } from "./write_xml.ts";
import { RpcDateTime, RpcDouble, type RpcValue, struct } from "./xml_value.ts";

const response = (value: string) =>
  `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n${value}\n</param>\n</params>\n` +
  `</methodResponse>\n`;

// What xmlrpc.client of Python 3.13 makes of the same values.
const written: { name: string; value: RpcValue; xml: string }[] = [
  { name: "a string", value: "héllo", xml: "<value><string>héllo</string></value>" },
  {
    name: "markup, quotes left alone",
    value: `a<b>&"'`,
    xml: `<value><string>a&lt;b&gt;&amp;"'</string></value>`,
  },
  { name: "an int", value: -7, xml: "<value><int>-7</int></value>" },
  { name: "a boolean", value: true, xml: "<value><boolean>1</boolean></value>" },
  {
    name: "a whole double",
    value: new RpcDouble(2),
    xml: "<value><double>2.0</double></value>",
  },
  {
    name: "a large double",
    value: new RpcDouble(1e100),
    xml: "<value><double>1e+100</double></value>",
  },
  {
    name: "a date",
    value: new RpcDateTime("20200101T00:00:00"),
    xml: "<value><dateTime.iso8601>20200101T00:00:00</dateTime.iso8601></value>",
  },
  {
    name: "an array",
    value: [1, "x", []],
    xml: "<value><array><data>\n<value><int>1</int></value>\n<value><string>x</string></value>\n" +
      "<value><array><data>\n</data></array></value>\n</data></array></value>",
  },
  {
    name: "a struct, members in order",
    value: struct({ b: 1, a: struct({}) }),
    xml: "<value><struct>\n<member>\n<name>b</name>\n<value><int>1</int></value>\n</member>\n" +
      "<member>\n<name>a</name>\n<value><struct>\n</struct></value>\n</member>\n</struct></value>",
  },
];

for (const { name, value, xml } of written) {
  test(`writeResponse() lays out ${name} as Python does`, () => {
    assert.equal(writeResponse(value), response(xml));
  });
  test(`readResponse() reads ${name}`, () => {
    assert.deepEqual(readResponse(response(xml)), value);
  });
}

test("writeResponse() clamps ints to 32 bits", () => {
  assert.equal(writeResponse(2 ** 31), response("<value><int>2147483647</int></value>"));
  assert.equal(writeResponse(-(2 ** 40)), response("<value><int>-2147483648</int></value>"));
});

test("writeResponse() replaces what XML forbids and keeps tabs and astral characters", () => {
  const text = "\x1b[1m\t\0\ud800x\u{1f600}\uffff";
  const xml = "<value><string>\ufffd[1m\t\ufffd\ufffdx\u{1f600}\ufffd</string></value>";
  assert.equal(writeResponse(text), response(xml));
});

test("writeFault() lays out a fault as Python does, and readResponse() throws it", () => {
  const xml = writeFault(fault("BAD_NAME", "<x>"));
  assert.equal(
    xml,
    "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n" +
      "<name>faultCode</name>\n<value><int>10</int></value>\n</member>\n<member>\n" +
      "<name>faultString</name>\n<value><string>BAD_NAME: &lt;x&gt;</string></value>\n</member>\n" +
      "</struct></value>\n</fault>\n</methodResponse>\n",
  );
  assert.throws(() => readResponse(xml), new RpcFault(10, "BAD_NAME: <x>"));
});

test("writeCall() lays out a call as Python does", () => {
  assert.equal(
    writeCall("supervisor.x", ["a"]),
    "<?xml version='1.0'?>\n<methodCall>\n<methodName>supervisor.x</methodName>\n<params>\n" +
      "<param>\n<value><string>a</string></value>\n</param>\n</params>\n</methodCall>\n",
  );
  assert.equal(
    writeCall("m", []),
    "<?xml version='1.0'?>\n<methodCall>\n<methodName>m</methodName>\n<params>\n</params>\n" +
      "</methodCall>\n",
  );
});

const call = (value: string) =>
  `<methodCall><methodName>a.b</methodName><params><param>${value}</param></params></methodCall>`;

const accepted: { name: string; xml: string; value: RpcValue }[] = [
  { name: "an untyped value", xml: "<value> a </value>", value: " a " },
  { name: "an empty value", xml: "<value/>", value: "" },
  { name: "CDATA and references", xml: "<value><![CDATA[<]]>&amp;&#65;</value>", value: "<&A" },
  { name: "white space around a type", xml: "<value>\n<i4> 5 </i4>\n</value>", value: 5 },
  {
    name: "a boolean that is not 1 as false",
    xml: "<value><boolean>true</boolean></value>",
    value: false,
  },
  {
    name: "base64 as the text it holds",
    xml: "<value><base64>\naMOp\n</base64></value>",
    value: "hé",
  },
  {
    name: "a member called __proto__",
    xml: "<value><struct><member><name>__proto__</name><value>x</value></member></struct></value>",
    value: new Map([["__proto__", "x"]]),
  },
];

for (const { name, xml, value } of accepted) {
  test(`readCall() reads ${name}`, () => {
    assert.deepEqual(readCall(call(xml)), { method: "a.b", params: [value] });
  });
}

const refused: { name: string; xml: string; code: string }[] = [
  { name: "text that is not XML", xml: "hello", code: "UNMARSHALLABLE" },
  { name: "no text", xml: "", code: "UNMARSHALLABLE" },
  { name: "half a document", xml: "<methodCall><methodName>a", code: "UNMARSHALLABLE" },
  { name: "text after the end", xml: `${call("<value/>")}x`, code: "UNMARSHALLABLE" },
  { name: "a word for an int", xml: call("<value><int>x</int></value>"), code: "UNMARSHALLABLE" },
  { name: "an empty int", xml: call("<value><int/></value>"), code: "UNMARSHALLABLE" },
  {
    name: "a double beyond all numbers",
    xml: call("<value><double>1e999</double></value>"),
    code: "UNMARSHALLABLE",
  },
  { name: "a word for a double", xml: call("<value><double/></value>"), code: "UNMARSHALLABLE" },
  { name: "an unknown type", xml: call("<value><nil/></value>"), code: "UNMARSHALLABLE" },
  { name: "a param without value", xml: call(""), code: "UNMARSHALLABLE" },
  { name: "an array without data", xml: call("<value><array/></value>"), code: "UNMARSHALLABLE" },
  {
    name: "base64 that is none",
    xml: call("<value><base64>a</base64></value>"),
    code: "UNMARSHALLABLE",
  },
  {
    name: "a date that is none",
    xml: call("<value><dateTime.iso8601>now</dateTime.iso8601></value>"),
    code: "UNMARSHALLABLE",
  },
  {
    name: "a DOCTYPE",
    xml: `<!DOCTYPE a [<!ENTITY x "a.b">]><methodCall><methodName>&x;</methodName></methodCall>`,
    code: "UNMARSHALLABLE",
  },
  {
    name: "values nested without end",
    xml: call("<value><array><data>".repeat(10_000)),
    code: "UNMARSHALLABLE",
  },
  { name: "another document", xml: "<foo/>", code: "NO_METHOD_NAME" },
  { name: "an empty name", xml: "<a><methodName/></a>", code: "NO_METHOD_NAME" },
];

for (const { name, xml, code } of refused) {
  test(`readCall() refuses ${name}`, () => {
    assert.throws(
      () => readCall(xml),
      (error) => error instanceof RpcReadError && error.code === code,
    );
  });
}

const faultOf = (value: string) => `<methodResponse><fault>${value}</fault></methodResponse>`;

const faults = [
  { name: "no value", value: "" },
  { name: "a word", value: "<value>oops</value>" },
  {
    name: "a word for a code",
    value:
      "<value><struct><member><name>faultCode</name><value>x</value></member></struct></value>",
  },
  {
    name: "a code alone",
    value: "<value><struct><member><name>faultCode</name><value><int>1</int></value></member>" +
      "</struct></value>",
  },
];

for (const { name, value } of faults) {
  test(`readResponse() refuses a fault that is ${name}`, () => {
    assert.throws(() => readResponse(faultOf(value)), { name: "RpcReadError" });
  });
}

test("readCall() takes a call without params", () => {
  const xml = "<methodCall><methodName>a.b</methodName></methodCall>";
  assert.deepEqual(readCall(xml), { method: "a.b", params: [] });
});

/** Characters that XML allows; a carriage return reads back as a line feed. */
const text = fc.string({ unit: "binary" }).map((raw) =>
  // deno-lint-ignore no-control-regex -- they are what has to go
  raw.replace(/[\x00-\x08\x0b-\x1f\ufffe\uffff]/g, "")
);
const { value: anyValue } = fc.letrec<{ value: RpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => new RpcDouble(number)),
    fc.array(tie("value")),
    fc.array(fc.tuple(text, tie("value"))).map((members) => new Map(members)),
  ),
}));

test("what is written reads back the same", () => {
  fc.assert(fc.property(fc.array(anyValue), (params) => {
    assert.deepEqual(readCall(writeCall("a.b", params)).params, params);
  }));
});

test("damaged documents are read or refused, never anything else", () => {
  const damage = fc.tuple(anyValue, fc.nat(), fc.nat(20), fc.string({ unit: "binary" }));
  fc.assert(fc.property(damage, ([value, at, cut, insert]) => {
    const xml = writeCall("a.b", [value]);
    const place = at % xml.length;
    const damaged = xml.slice(0, place) + insert + xml.slice(place + cut);
    try {
      readCall(damaged);
    } catch (error) {
      assert.ok(error instanceof RpcReadError);
    }
  }));
});
