import assert from "node:assert/strict";
import { test } from "node:test";
import { signalName, signalNumber } from "./signal.ts";

const numbers: readonly (readonly [string, number | undefined])[] = [
  ["TERM", 15],
  ["SIGTERM", 15],
  ["sigterm", 15],
  ["term", 15],
  [" HUP ", 1],
  ["15", 15],
  ["0", 0],
  ["64", 64],
  ["IOT", 6],
  ["CLD", 17],
  ["IO", 29],
  ["RTMIN", 34],
  ["RTMAX", 64],
  ["", undefined],
  ["SIG", undefined],
  ["SIGSIGTERM", undefined],
  ["TERMINATE", undefined],
  ["33", undefined],
  ["35", undefined],
  ["65", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["1e1", undefined],
  ["constructor", undefined],
  ["__proto__", undefined],
];

for (const [text, number] of numbers) {
  test(`signalNumber() knows "${text}" as ${number}`, () => {
    assert.equal(signalNumber(text), number);
  });
}

const names: readonly (readonly [number, string])[] = [
  [6, "SIGABRT"],
  [9, "SIGKILL"],
  [17, "SIGCHLD"],
  [29, "SIGPOLL"],
  [34, "SIGRTMIN"],
  [40, "signal 40"],
  [64, "SIGRTMAX"],
];

for (const [number, name] of names) {
  test(`signalName() calls ${number} ${name}`, () => assert.equal(signalName(number), name));
}
