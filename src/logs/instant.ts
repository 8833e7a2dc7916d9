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

const INSTANT = /^(?:\{"time":")?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d))/;
const LONGEST = '{"time":"2026-11-22T15:41:49.123+01:00'.length;

/** The time that a line begins with, prefixed or JSON; undefined where it begins with something else. */
export function readInstant(line: Uint8Array): number | undefined {
  const start = String.fromCharCode(...line.subarray(0, LONGEST));
  const match = INSTANT.exec(start);
  const wall = match ? Date.parse(match[1]!) : NaN;
  return Number.isNaN(wall) ? undefined : wall;
}
