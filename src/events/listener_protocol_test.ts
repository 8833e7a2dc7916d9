import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  LINE_BYTES,
  ListenerProtocol,
  type ListenerState,
  RESULT_BYTES,
} from "./listener_protocol.ts";
import { bytes, cuts, text } from "./testing.ts";

function judge(result: Uint8Array) {
  if (text(result) === "OK") return "processed";
  return text(result) === "CRASH" ? "failed" : "rejected";
}

/** A listener that is in `state`. */
function listenerIn(state: ListenerState): ListenerProtocol {
  const listener = new ListenerProtocol(judge);
  if (state !== "ACKNOWLEDGED") listener.feed(bytes("READY\n"));
  if (state === "BUSY") listener.sent();
  if (state === "UNKNOWN") listener.feed(bytes("?"));
  return listener;
}

/** What is said in a state, the causes of the steps it leads to, and the state at the end. */
type Row = readonly [name: string, says: string, causes: string, ends: ListenerState];

const table: Readonly<Record<ListenerState, readonly Row[]>> = {
  ACKNOWLEDGED: [
    ["waits for six bytes", "HELLO", "", "ACKNOWLEDGED"],
    ["gets ready", "READY\n", "ready", "READY"],
    ["refuses another word", "HELLO WORLD", "violation", "UNKNOWN"],
    ["refuses small letters", "ready\n", "violation", "UNKNOWN"],
    ["refuses READY without its line feed", "READY ", "violation", "UNKNOWN"],
    ["refuses what follows READY", "READY\nR", "ready violation", "UNKNOWN"],
  ],
  READY: [
    ["refuses any byte when ready", "\n", "violation", "UNKNOWN"],
  ],
  BUSY: [
    ["waits for the end of a result line", "RESULT 2", "", "BUSY"],
    ["waits for the result", "RESULT 2\nO", "", "BUSY"],
    ["takes OK", "RESULT 2\nOK", "processed", "ACKNOWLEDGED"],
    ["takes READY right after OK", "RESULT 2\nOKREADY\n", "processed ready", "READY"],
    ["refuses a line feed after OK", "RESULT 2\nOK\nREADY\n", "processed violation", "UNKNOWN"],
    ["takes FAIL", "RESULT 4\nFAIL", "rejected", "ACKNOWLEDGED"],
    ["takes OK with a line feed counted in as no OK", "RESULT 3\nOK\n", "rejected", "ACKNOWLEDGED"],
    ["takes an empty result at once", "RESULT 0\n", "rejected", "ACKNOWLEDGED"],
    ["goes on after an empty result", "RESULT 0\nREADY\n", "rejected ready", "READY"],
    ["gives up where the handler does", "RESULT 5\nCRASHREADY\n", "failed", "UNKNOWN"],
    ["skips the first seven characters unread", "FOOBAR 2\nOK", "processed", "ACKNOWLEDGED"],
    ["skips characters, not bytes", "FÖÖBÄR 2\nOK", "processed", "ACKNOWLEDGED"],
    ["reads numbers as Python does", "RESULT  +0_2 \r\nOK", "processed", "ACKNOWLEDGED"],
    ["refuses a longer word", "BLAHBLAH 2\nOK", "badLine", "UNKNOWN"],
    ["refuses a line without a number", "this is not a result\n", "badLine", "UNKNOWN"],
    ["refuses an empty line", "\n", "badLine", "UNKNOWN"],
    ["refuses a negative length", "RESULT -1\n", "badLine", "UNKNOWN"],
    ["refuses a length with a fraction", "RESULT 2.0\nOK", "badLine", "UNKNOWN"],
    ["refuses a result nobody waits for", "RESULT 99999999999\n", "badLine", "UNKNOWN"],
    ["refuses a number beyond all numbers", `RESULT ${"9".repeat(400)}\n`, "badLine", "UNKNOWN"],
    [
      "takes a line as long as may be",
      `RESULT ${"2".padStart(LINE_BYTES - 7, "0")}\nOK`,
      "processed",
      "ACKNOWLEDGED",
    ],
    [
      "refuses a line one byte longer",
      `RESULT ${"2".padStart(LINE_BYTES - 6, "0")}\nOK`,
      "badLine",
      "UNKNOWN",
    ],
    ["refuses a line without an end", "x".repeat(LINE_BYTES + 1), "badLine", "UNKNOWN"],
  ],
  UNKNOWN: [
    ["hears nothing any more", "READY\n", "", "UNKNOWN"],
  ],
};

const rows = Object.entries(table) as readonly [ListenerState, readonly Row[]][];
for (const [state, cases] of rows) {
  for (const [name, says, causes, ends] of cases) {
    test(`a listener that is ${state} ${name}`, () => {
      const whole = bytes(says);
      const property = fc.property(cuts(whole), (chunks) => {
        const listener = listenerIn(state);
        const steps = chunks.flatMap((chunk) => listener.feed(chunk));
        assert.equal(steps.map((step) => step.cause).join(" "), causes);
        assert.equal(listener.state, ends);
      });
      fc.assert(property, { numRuns: 50 });
    });
  }
}

test("a bad line is told, also where it is no text", () => {
  const steps = [...listenerIn("BUSY").feed(new Uint8Array([0x68, 0xff, 0x0a]))];
  assert.deepEqual(steps, [
    { from: "BUSY", to: "UNKNOWN", cause: "badLine", line: "Undecodable: b'h\\xff'" },
  ]);
});

test("a listener that is started anew owes nothing", () => {
  const begun = [
    ["ACKNOWLEDGED", "REA"],
    ["READY", ""],
    ["BUSY", "RESULT"],
    ["BUSY", "RESULT 9\nsome"],
    ["UNKNOWN", "?"],
  ] as const;
  for (const [state, words] of begun) {
    const listener = listenerIn(state);
    listener.feed(bytes(words));
    listener.restart();
    assert.equal(listener.feed(bytes("READY\n"))[0]?.cause, "ready");
    listener.sent();
    assert.equal(listener.feed(bytes("RESULT 2\nOK"))[0]?.cause, "processed");
  }
});

const said = fc.array(
  fc.oneof(
    fc.constantFrom("READY\n", "RESULT 2\n", "OK", "RESULT 4\nFAIL", "RESULT 0\n", "\n", "é", "RE"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 12 },
).map((parts) => bytes(parts.join("")));

function follow(chunks: readonly Uint8Array[], state: ListenerState) {
  const listener = listenerIn(state);
  const steps = chunks.flatMap((chunk) => listener.feed(chunk));
  return { steps, state: listener.state };
}

test("the same bytes lead to the same steps however they are cut", () => {
  const streams = said.chain((whole) => cuts(whole).map((chunks) => ({ whole, chunks })));
  fc.assert(
    fc.property(streams, fc.constantFrom("ACKNOWLEDGED", "BUSY"), ({ whole, chunks }, state) => {
      assert.deepEqual(follow(chunks, state), follow([whole], state));
    }),
    { numRuns: 1000 },
  );
});

const LONG = RESULT_BYTES / 16;

test("a long result arrives byte by byte in good time", () => {
  const listener = listenerIn("BUSY");
  listener.feed(bytes(`RESULT ${LONG}\n`));
  const one = new Uint8Array(1);
  for (let i = 1; i < LONG; i++) listener.feed(one);
  assert.equal(listener.state, "BUSY");
  assert.equal(listener.feed(one)[0]?.cause, "rejected");
});
