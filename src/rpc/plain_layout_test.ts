import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readPlainCall, readPlainResponse } from "./plain_layout.ts";
import { readCall, readResponse, RpcReadError } from "./read_xml.ts";
import { writeCall, writeResponse } from "./write_xml.ts";
import { type RpcValue, struct } from "./xml_value.ts";

const info = struct({ name: "web", state: 20, spawnerr: "a < b & c", nested: [true, struct({})] });

test("readPlainResponse() reads what is laid out as we do it", () => {
  assert.deepEqual(readPlainResponse(writeResponse([info, -7, ""])), [info, -7, ""]);
});

test("readPlainCall() reads what is laid out as we do it", () => {
  const params = ["web:*", false, [info]];
  assert.deepEqual(readPlainCall(writeCall("supervisor.x", params)), {
    method: "supervisor.x",
    params,
  });
});

const plain = writeResponse(["é", 1]);

const others: readonly (readonly [what: string, xml: string])[] = [
  ["another declaration", plain.replace("'1.0'", '"1.0"')],
  ["no line end", plain.trimEnd()],
  ["more after the end", `${plain}\n`],
  ["another layout", plain.replace("<param>\n", "<param>")],
  ["an untyped value", plain.replace("<int>1</int>", "1")],
  ["another type", plain.replaceAll("int>", "i4>")],
  ["a number that is none", plain.replace("1</int>", "one</int>")],
  ["a number past any int", plain.replace("1</int>", "12345678901</int>")],
  ["a truth value that is none", plain.replaceAll("int>", "boolean>").replace("1<", "2<")],
  ["a reference by number", plain.replace("é", "&#233;")],
  ["a reference without its end", plain.replace("é", "&amp")],
  ["a bare ampersand", plain.replace("é", "& ")],
  ["the end of a CDATA section", plain.replace("é", "]]>")],
  ["a carriage return", plain.replace("é", "\r\n")],
  ["a control character", plain.replace("é", "\x1b")],
  ["a fault", plain.replace("<params>", "<fault>")],
  ["values nested without end", writeResponse(nested(100))],
  ["half of it", plain.slice(0, -40)],
];

function nested(depth: number): RpcValue {
  return depth === 0 ? [] : [nested(depth - 1)];
}

for (const [what, xml] of others) {
  test(`readPlainResponse() leaves ${what} to the parser`, () => {
    assert.equal(readPlainResponse(xml), undefined);
  });
}

/** What reading a message comes to. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof RpcReadError);
    return "refused";
  }
}

/** The same document, laid out otherwise. */
const forParser = (xml: string) => `${xml}<!-- -->`;

const value = fc.letrec<{ value: RpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: fc.constantFrom(..."a&<>;]\n\r\té") }),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value")),
    fc.array(fc.tuple(fc.string(), tie("value"))).map((members) => new Map(members)),
  ),
})).value;

test("what is read as plain is what the parser reads, also of damaged messages", () => {
  const damage = fc.tuple(
    value,
    fc.nat(),
    fc.nat(8),
    fc.constantFrom("", "<", "&", "]", ">", "\n"),
  );
  fc.assert(
    fc.property(damage, ([value, at, cut, insert]) => {
      for (const xml of [writeResponse(value), writeCall("a.b", [value])]) {
        const place = at % xml.length;
        const damaged = xml.slice(0, place) + insert + xml.slice(place + cut);
        for (const text of [xml, damaged]) {
          for (const read of [readResponse, readCall]) {
            assert.deepEqual(
              outcome(() => read(text)),
              outcome(() => read(forParser(text))),
            );
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
