/** Times in logs, in ISO 8601 with milliseconds and the zone: clear wherever they are read. */
import type { LogTimestamps } from "../model/own_options.ts";

/**
 * @param wall Milliseconds since 1970.
 * @returns "" for `none`.
 * @example formatInstant(0, "utc") // "1970-01-01T00:00:00.000Z"
 */
export function formatInstant(wall: number, timestamps: LogTimestamps): string {
  if (timestamps === "none") return "";
  if (timestamps === "utc") return new Date(wall).toISOString();
  const east = -new Date(wall).getTimezoneOffset();
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const minutes = Math.abs(east);
  const zone = `${east < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  return new Date(wall + east * 60_000).toISOString().slice(0, -1) + zone;
}

const [BRACE, DASH, T, COLON, DOT, Z, PLUS] = [..."{-T:.Z+"].map((char) => char.charCodeAt(0));
/** Where the time is in a line of JSON: after `{"time":"`. */
const JSON_START = 9;

/**
 * The time that a line begins with, prefixed or JSON; undefined where it begins with something else.
 *
 * By hand: a log has millions of lines, and all shorter ways take many times as long.
 */
export function readInstant(line: Uint8Array): number | undefined {
  const at = line[0] === BRACE ? JSON_START : 0;
  const isDate = line[at + 4] === DASH && line[at + 7] === DASH && line[at + 10] === T;
  if (!isDate || line[at + 13] !== COLON || line[at + 16] !== COLON || line[at + 19] !== DOT) {
    return undefined;
  }
  const month = digitsAt(line, at + 5, 2);
  const day = digitsAt(line, at + 8, 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
  const minute = digitsAt(line, at + 11, 2) * 60 + digitsAt(line, at + 14, 2) -
    zoneAt(line, at + 23);
  const second = digitsAt(line, at + 17, 2);
  const ms = digitsAt(line, at + 20, 3);
  const wall = Date.UTC(digitsAt(line, at, 4), month - 1, day, 0, minute, second, ms);
  return Number.isNaN(wall) ? undefined : wall;
}

/** Minutes east of Greenwich; NaN where it is no zone. */
function zoneAt(line: Uint8Array, at: number): number {
  if (line[at] === Z) return 0;
  if ((line[at] !== PLUS && line[at] !== DASH) || line[at + 3] !== COLON) return NaN;
  const minutes = digitsAt(line, at + 1, 2) * 60 + digitsAt(line, at + 4, 2);
  return line[at] === DASH ? -minutes : minutes;
}

function digitsAt(line: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const digit = line[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
}
