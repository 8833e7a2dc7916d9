import assert from "node:assert/strict";
import { test } from "node:test";
import { processLog } from "./notifications.ts";
import { relayedLines, relayHandler } from "./relayed_output.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** The event of some output. */
function outputOf(text: string) {
  const data = encode(text);
  return processLog({ process: "web", group: "shop", pid: 7, channel: "stderr", data });
}

const cases = [
  { name: "names the process and its channel", data: "hello ü\n", lines: ["hello ü"] },
  {
    name: "does so for each line",
    data: "one\n\nchannel:stdout\ntwo\n",
    lines: ["one", "", "channel:stdout", "two"],
  },
  { name: "ends a line that was cut", data: "cut", lines: ["cut"] },
  { name: "has nothing to say of nothing", data: "", lines: [] },
];
for (const { name, data, lines } of cases) {
  test(`relayedLines() ${name}`, () => {
    const expected = lines.map((line) => `web stderr | ${line}\n`).join("");
    assert.equal(relayedLines(outputOf(data).payload), expected);
  });
}

for (const text of ["OK", "", "OK\nhello\n", "processname:web groupname:web\nhello\n"]) {
  test(`a result like ${JSON.stringify(text)} makes no sense to the relay`, () => {
    assert.throws(() => relayedLines(text), /no event about output/);
  });
}

test("a result that was relayed is an event that was processed", () => {
  const printed: string[] = [];
  const handler = relayHandler((lines) => printed.push(new TextDecoder().decode(lines)));
  const event = outputOf("hello\n");
  assert.equal(handler(encode(event.payload), event), true);
  assert.deepEqual(printed, ["web stderr | hello\n"]);
});
