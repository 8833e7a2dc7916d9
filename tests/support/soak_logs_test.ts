import assert from "node:assert/strict";
import { test } from "node:test";
import { troubleIn } from "./soak_logs.ts";

const line = (pid: number, number: number) =>
  `${pid} ${number} a line that is written at once, and stays whole\n`;

const fine = [
  { name: "nothing", log: "" },
  { name: "what follows a rotation", log: line(7, 5) + line(7, 6) },
  { name: "another life", log: line(7, 5) + line(8, 1) + "8 2 after\n" },
];

for (const { name, log } of fine) {
  test(`a counted log may hold ${name}`, () => assert.equal(troubleIn(log), undefined));
}

const wrong = [
  { name: "a line twice", log: line(7, 5) + line(7, 5), says: /comes after 7 5/ },
  { name: "a gap", log: line(7, 5) + line(7, 7), says: /comes after 7 5/ },
  {
    name: "another life without its first line",
    log: line(7, 5) + line(8, 2),
    says: /comes after/,
  },
  { name: "half a line at its end", log: line(7, 5).slice(0, -9), says: /half a line/ },
  { name: "half a line in the middle", log: "7 5 a li" + line(7, 6), says: /no line/ },
  { name: "what was captured", log: "<!--XSUPERVISOR:BEGIN-->7 3\n", says: /no line/ },
];

for (const { name, log, says } of wrong) {
  test(`a counted log may not hold ${name}`, () => assert.match(troubleIn(log) ?? "", says));
}
