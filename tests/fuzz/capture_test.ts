import assert from "node:assert/strict";
import { CaptureScanner } from "../../src/logs/capture.ts";
import { stripAnsi } from "../../src/logs/strip_ansi.ts";
import { fuzzTest } from "./fuzz.ts";
import { concatenate } from "../../src/logs/concatenate.ts";
import { inPieces } from "./pieces.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

/** More than an input has. */
const ROOM = 1 << 20;

fuzzTest("output and messages are told apart, however they are cut, and no byte is lost", {
  name: "capture",
  tokens: [BEGIN, END, BEGIN.slice(0, -1), END.slice(0, 17), "<", "<!--", "\n", "\x1b[31m", "\xff"],
  run(input, random) {
    const whole = scan([input], ROOM);
    assert.deepEqual(scan(inPieces(input, random), ROOM), whole);
    assert.deepEqual(whole, expected(input));
    const little = scan(inPieces(input, random), 10);
    assert.deepEqual(little.text, whole.text);
    assert.equal(little.messages.length, whole.messages.length);
    assert.ok(stripAnsi(input).length <= input.length);
  },
});

function scan(pieces: readonly Uint8Array[], maxbytes: number) {
  const texts: Uint8Array[] = [];
  const messages: string[] = [];
  const scanner = new CaptureScanner(maxbytes, {
    onText: (piece) => void texts.push(piece.slice()),
    onCaptured: (piece) => assert.notEqual(piece.length, 0),
    onMessage: (message) => void messages.push(latin1(message)),
  });
  for (const piece of pieces) scanner.write(piece);
  scanner.end();
  return { text: latin1(concatenate(texts)), messages };
}

/** The same with strings: what is outside of tokens, and what is between them. */
function expected(input: Uint8Array) {
  let rest = latin1(input);
  let text = "";
  const messages: string[] = [];
  for (;;) {
    const begin = rest.indexOf(BEGIN);
    if (begin < 0) return { text: text + rest, messages };
    text += rest.slice(0, begin);
    rest = rest.slice(begin + BEGIN.length);
    const end = rest.indexOf(END);
    if (end < 0) return { text, messages }; // a message without its end is nobody's
    messages.push(rest.slice(0, end));
    rest = rest.slice(end + END.length);
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
