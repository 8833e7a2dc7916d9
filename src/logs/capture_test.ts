import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CaptureScanner } from "./capture.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What a scanner makes of a stream: text, `[message]`, and what it captured on the way. */
function scan(maxbytes: number, chunks: readonly Uint8Array[], end: boolean) {
  const decoder = new TextDecoder("latin1");
  let heard = "";
  let captured = "";
  const scanner = new CaptureScanner(maxbytes, {
    onText: (piece) => heard += decoder.decode(piece),
    onCaptured: (piece) => captured += decoder.decode(piece),
    onMessage: (message) => heard += `[${decoder.decode(message)}]`,
  });
  for (const chunk of chunks) scanner.write(chunk);
  if (end) scanner.end();
  return { heard, captured };
}

const cases: readonly [name: string, chunks: readonly string[], heard: string][] = [
  ["lets short output through at once", ["$ "], "$ "],
  ["takes a message out", [`a${BEGIN}msg${END}b`], "a[msg]b"],
  ["takes an empty message out", [`${BEGIN}${END}`], "[]"],
  ["takes several messages out", [`${BEGIN}1${END}x${BEGIN}2${END}`], "[1]x[2]"],
  ["joins a token cut in two", ["a<!--XSUPER", `VISOR:BEGIN-->m${END}`], "a[m]"],
  ["joins the token at the end", [`${BEGIN}m<!--XSUPERVISOR:`, "END-->b"], "[m]b"],
  ["holds back what may be a token", ["a<!--XSUPERVISOR:BEGIN--"], "a"],
  [
    "lets go what turns out to be none",
    ["a<!--XSUPERVISOR:", "beginning"],
    "a<!--XSUPERVISOR:beginning",
  ],
  ["finds a token after a false start", [`<!--<!--XSUPERVISOR:BEGIN-->m${END}`], "<!--[m]"],
  ["finds a token after a cut false start", ["<!--", `${BEGIN}m${END}`], "<!--[m]"],
  ["takes an END alone as text", [`a${END}b`], `a${END}b`],
  ["takes a second BEGIN as part of the message", [`${BEGIN}a${BEGIN}b${END}`], `[a${BEGIN}b]`],
  ["says nothing of a message that goes on", [`a${BEGIN}b`], "a"],
];

for (const [name, chunks, heard] of cases) {
  test(`CaptureScanner ${name}`, () => {
    assert.equal(scan(1000, chunks.map(bytes), false).heard, heard);
  });
}

const endings: readonly [name: string, chunks: readonly string[], heard: string][] = [
  ["the beginning of a token is text", ["a<!--XSUPERVISOR:BEGIN--"], "a<!--XSUPERVISOR:BEGIN--"],
  ["an unfinished message is dropped", [`a${BEGIN}b<!--XSUPERVISOR:END`], "a"],
];

for (const [name, chunks, heard] of endings) {
  test(`at the end ${name}`, () => assert.equal(scan(1000, chunks.map(bytes), true).heard, heard));
}

test("a scanner begins anew after the end", () => {
  let heard = "";
  const scanner = new CaptureScanner(1000, {
    onText: (piece) => heard += new TextDecoder().decode(piece),
    onCaptured: () => {},
    onMessage: (message) => heard += `[${new TextDecoder().decode(message)}]`,
  });
  for (const life of [`${BEGIN}lost`, `text${BEGIN}kept${END}`]) {
    scanner.write(bytes(life));
    scanner.end();
  }
  assert.equal(heard, "text[kept]");
});

const overflows: readonly [name: string, pieces: readonly string[], message: string][] = [
  ["keeps what fits", ["12345", "67890"], "1234567890"],
  ["drops as many of the oldest as there are new ones", ["1234567890", "abc"], "4567890abc"],
  ["drops also more than would be needed", ["12345678", "abcde"], "678abcde"],
  ["keeps an oversized piece whole", ["123", "x".repeat(25)], "x".repeat(25)],
  ["never shrinks to its size again", ["x".repeat(25), "12"], `${"x".repeat(23)}12`],
];

for (const [name, pieces, message] of overflows) {
  test(`a message of at most ten bytes ${name}`, () => {
    const chunks = [BEGIN, ...pieces, END].map(bytes);
    assert.deepEqual(scan(10, chunks, false), { heard: `[${message}]`, captured: pieces.join("") });
  });
}

const stream = fc.array(
  fc.oneof(
    fc.constantFrom(BEGIN, END, "<", "<!--XSUPERVISOR:", "BEGIN-->", "END-->", "text", "é"),
    fc.string({ maxLength: 3 }),
  ),
  { maxLength: 15 },
).map((parts) => bytes(parts.join("")));

const cutStream = stream.chain((whole) =>
  fc.array(fc.nat(whole.length), { maxLength: 12 }).map((places) => {
    const ends = [...places.sort((a, b) => a - b), whole.length];
    return { whole, chunks: ends.map((end, i) => whole.slice(i === 0 ? 0 : ends[i - 1], end)) };
  })
);

test("the same bytes lead to the same text and messages however they are cut", () => {
  fc.assert(
    fc.property(cutStream, fc.boolean(), ({ whole, chunks }, end) => {
      assert.deepEqual(scan(10_000, chunks, end), scan(10_000, [whole], end));
    }),
    { numRuns: 1000 },
  );
});

test("one chunk is taken apart as a regular expression would", () => {
  const message = new RegExp(`${BEGIN}(.*?)${END}`, "gs");
  const unfinished = new RegExp(`${BEGIN}.*$`, "s");
  fc.assert(fc.property(stream, (whole) => {
    const text = new TextDecoder("latin1").decode(whole);
    const messages = [...text.matchAll(message)].map(([, inside]) => inside);
    const outside = text.split(message).filter((_, i) => i % 2 === 0);
    outside.push(outside.pop()!.replace(unfinished, ""));
    const want = outside.map((each, i) => each + (i in messages ? `[${messages[i]}]` : ""));
    assert.equal(scan(10_000, [whole], true).heard, want.join(""));
  }));
});

test("a long message in small pieces is kept in good time", () => {
  const one = bytes("x");
  const chunks = [bytes(BEGIN), ...Array.from({ length: 300_000 }, () => one), bytes(END)];
  assert.equal(scan(100_000, chunks, false).heard.length, 100_002);
});
