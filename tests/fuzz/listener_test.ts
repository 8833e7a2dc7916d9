import assert from "node:assert/strict";
import { describeStep } from "../../src/events/listener_remarks.ts";
import {
  LINE_BYTES,
  ListenerProtocol,
  type ListenerStep,
} from "../../src/events/listener_protocol.ts";
import { inPieces } from "./pieces.ts";
import { fuzzTest } from "./fuzz.ts";

/** Where this byte stands in an input, an event is sent to a listener that is ready for one. */
const SEND = 0;

fuzzTest("whatever a listener says leads to the same steps, however it is cut", {
  name: "listener",
  tokens: [
    "READY\n",
    "RESULT 2\nOK",
    "RESULT 4\nFAIL",
    "RESULT ",
    "RESULT -1\n",
    "RESULT 99999999999999999999\n",
    "RESULT 1_000\n",
    "RESULT 16777217\n",
    "\0",
    "\n",
    "OK",
    "\r\n",
    "9".repeat(LINE_BYTES),
  ],
  run(input, random) {
    const whole = steps(input, (part) => [part]);
    assert.deepEqual(steps(input, (part) => inPieces(part, random)), whole);
    for (const step of whole) {
      for (const { text } of describeStep("ears", step)) assert.notEqual(text, "");
    }
  },
});

function steps(
  input: Uint8Array,
  cut: (part: Uint8Array) => readonly Uint8Array[],
): ListenerStep[] {
  const protocol = new ListenerProtocol((result) => {
    const word = new TextDecoder().decode(result);
    return word === "OK" ? "processed" : word === "FAIL" ? "rejected" : "failed";
  });
  const found: ListenerStep[] = [];
  for (let start = 0; start < input.length;) {
    const next = input.indexOf(SEND, start);
    const end = next < 0 ? input.length : next;
    for (const piece of cut(input.subarray(start, end))) found.push(...protocol.feed(piece));
    if (protocol.state === "READY") protocol.sent();
    else if (protocol.state === "UNKNOWN") protocol.restart();
    start = end + 1;
  }
  return found;
}
