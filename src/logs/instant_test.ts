import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatInstant, readInstant } from "./instant.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** 2026-11-22T14:41:49.007Z */
const WALL = Date.UTC(2026, 10, 22, 14, 41, 49, 7);

test("formatInstant() writes UTC with a Z", () => {
  assert.equal(formatInstant(WALL, "utc"), "2026-11-22T14:41:49.007Z");
});

test("formatInstant() writes local time with its zone, by which it can be told from any other", () => {
  const local = formatInstant(WALL, "local");
  assert.match(local, /^2026-11-2\dT\d\d:\d\d:49\.007[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(local), WALL);
  const { getHours, getMinutes } = Date.prototype;
  const when = new Date(WALL);
  const two = (n: number) => String(n).padStart(2, "0");
  assert.equal(local.slice(11, 16), `${two(getHours.call(when))}:${two(getMinutes.call(when))}`);
});

test("formatInstant() writes nothing for none", () =>
  assert.equal(formatInstant(WALL, "none"), ""));

const lines: readonly (readonly [line: string, wall: number | undefined])[] = [
  ["2026-11-22T14:41:49.007Z web:web hello", WALL],
  ["2026-11-22T15:41:49.007+01:00 web:web hello", WALL],
  ['{"time":"2026-11-22T14:41:49.007Z","group":"web"', WALL],
  ['{"time":"2026-11-22T11:11:49.007-03:30"}', WALL],
  ["hello", undefined],
  ["", undefined],
  ["2026-11-22 14:41:49,007 INFO", undefined],
  [" 2026-11-22T14:41:49.007Z", undefined],
  ["2026-99-22T14:41:49.007Z", undefined],
  ["2026-11-22T14:41:4x.007Z", undefined],
  ["2026-11-22T14:41:49.007", undefined],
  ["2026-11-22T14:41:49.007+0100", undefined],
  ['{"time":"now"', undefined],
];

test("readInstant() reads what formatInstant() writes", () => {
  fc.assert(
    fc.property(fc.nat(4e12), fc.constantFrom("utc", "local"), (wall, timestamps) => {
      assert.equal(readInstant(bytes(formatInstant(wall, timestamps))), wall);
    }),
  );
});

for (const [line, wall] of lines) {
  test(`readInstant() reads ${wall === undefined ? "no time" : "the time"} in "${line}"`, () => {
    assert.equal(readInstant(bytes(line)), wall);
  });
}
