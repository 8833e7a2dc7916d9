import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LINE_BYTES, ListenerProtocol, type ListenerState, RESULT_BYTES } from "./listener_protocol.ts";
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

interface Case {
  readonly name: string;
  readonly state: ListenerState;
  readonly says: string;
  /** Causes of the steps. */
  readonly causes: readonly string[];
  readonly ends: ListenerState;
}

const cases: readonly Case[] = [
  { name: "waits for six bytes", state: "ACKNOWLEDGED", says: "HELLO", causes: [], ends: "ACKNOWLEDGED" },
  { name: "gets ready", state: "ACKNOWLEDGED", says: "READY\n", causes: ["ready"], ends: "READY" },
  { name: "refuses another word", state: "ACKNOWLEDGED", says: "HELLO WORLD", causes: ["violation"], ends: "UNKNOWN" },
  { name: "refuses small letters", state: "ACKNOWLEDGED", says: "ready\n", causes: ["violation"], ends: "UNKNOWN" },
  { name: "refuses READY without its line feed", state: "ACKNOWLEDGED", says: "READY ", causes: ["violation"], ends: "UNKNOWN" },
  { name: "refuses what follows READY", state: "ACKNOWLEDGED", says: "READY\nR", causes: ["ready", "violation"], ends: "UNKNOWN" },
  { name: "refuses any byte when ready", state: "READY", says: "\n", causes: ["violation"], ends: "UNKNOWN" },
  { name: "waits for the end of a result line", state: "BUSY", says: "RESULT 2", causes: [], ends: "BUSY" },
  { name: "waits for the result", state: "BUSY", says: "RESULT 2\nO", causes: [], ends: "BUSY" },
  { name: "takes OK", state: "BUSY", says: "RESULT 2\nOK", causes: ["processed"], ends: "ACKNOWLEDGED" },
  { name: "takes READY right after OK", state: "BUSY", says: "RESULT 2\nOKREADY\n", causes: ["processed", "ready"], ends: "READY" },
  { name: "refuses a line feed after OK", state: "BUSY", says: "RESULT 2\nOK\nREADY\n", causes: ["processed", "violation"], ends: "UNKNOWN" },
  { name: "takes FAIL", state: "BUSY", says: "RESULT 4\nFAIL", causes: ["rejected"], ends: "ACKNOWLEDGED" },
  { name: "takes OK with a line feed counted in as no OK", state: "BUSY", says: "RESULT 3\nOK\n", causes: ["rejected"], ends: "ACKNOWLEDGED" },
  { name: "takes an empty result at once", state: "BUSY", says: "RESULT 0\n", causes: ["rejected"], ends: "ACKNOWLEDGED" },
  { name: "goes on after an empty result", state: "BUSY", says: "RESULT 0\nREADY\n", causes: ["rejected", "ready"], ends: "READY" },
  { name: "gives up where the handler does", state: "BUSY", says: "RESULT 5\nCRASHREADY\n", causes: ["failed"], ends: "UNKNOWN" },
  { name: "skips the first seven characters unread", state: "BUSY", says: "FOOBAR 2\nOK", causes: ["processed"], ends: "ACKNOWLEDGED" },
  { name: "skips characters, not bytes", state: "BUSY", says: "FÖÖBÄR 2\nOK", causes: ["processed"], ends: "ACKNOWLEDGED" },
  { name: "reads numbers as Python does", state: "BUSY", says: "RESULT  +0_2 \r\nOK", causes: ["processed"], ends: "ACKNOWLEDGED" },
  { name: "refuses a longer word", state: "BUSY", says: "BLAHBLAH 2\nOK", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a line without a number", state: "BUSY", says: "this is not a result\n", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses an empty line", state: "BUSY", says: "\n", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a negative length", state: "BUSY", says: "RESULT -1\n", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a length with a fraction", state: "BUSY", says: "RESULT 2.0\nOK", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a result nobody waits for", state: "BUSY", says: "RESULT 99999999999\n", causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a number beyond all numbers", state: "BUSY", says: `RESULT ${"9".repeat(400)}\n`, causes: ["badLine"], ends: "UNKNOWN" },
  { name: "takes a line as long as may be", state: "BUSY", says: `RESULT ${"2".padStart(LINE_BYTES - 7, "0")}\nOK`, causes: ["processed"], ends: "ACKNOWLEDGED" },
  { name: "refuses a line one byte longer", state: "BUSY", says: `RESULT ${"2".padStart(LINE_BYTES - 6, "0")}\nOK`, causes: ["badLine"], ends: "UNKNOWN" },
  { name: "refuses a line without an end", state: "BUSY", says: "x".repeat(LINE_BYTES + 1), causes: ["badLine"], ends: "UNKNOWN" },
  { name: "hears nothing any more", state: "UNKNOWN", says: "READY\n", causes: [], ends: "UNKNOWN" },
];

for (const { name, state, says, causes, ends } of cases) {
  test(`a listener that is ${state} ${name}`, () => {
    const whole = bytes(says);
    fc.assert(
      fc.property(cuts(whole), (chunks) => {
        const listener = listenerIn(state);
        const steps = chunks.flatMap((chunk) => listener.feed(chunk));
        assert.deepEqual(steps.map((step) => step.cause), causes);
        assert.equal(listener.state, ends);
      }),
      { numRuns: 50 },
    );
  });
}

test("a bad line is told, also where it is no text", () => {
  const steps = [...listenerIn("BUSY").feed(new Uint8Array([0x68, 0xff, 0x0a]))];
  assert.deepEqual(steps, [
    { from: "BUSY", to: "UNKNOWN", cause: "badLine", line: "Undecodable: b'h\\xff'" },
  ]);
});

test("a listener that is started anew owes nothing", () => {
  for (const state of ["ACKNOWLEDGED", "READY", "BUSY", "UNKNOWN"] as const) {
    const listener = listenerIn(state);
    listener.feed(bytes("RESULT 9\nsome"));
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

/** Steps on a listener that gets an event whenever it is ready and has said everything so far. */
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

test("the longest result arrives byte by byte in good time", () => {
  const listener = listenerIn("BUSY");
  listener.feed(bytes(`RESULT ${RESULT_BYTES / 16}\n`));
  const one = new Uint8Array(1);
  for (let i = 1; i < RESULT_BYTES / 16; i++) assert.deepEqual(listener.feed(one), []);
  assert.equal(listener.feed(one)[0]?.cause, "rejected");
});
