/** When logs are rotated that are rotated by time. */
import type { LogPeriod } from "../model/own_options.ts";

/** From one rotation to the next, milliseconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * The period that a moment is in. The calendar is that of the local time: hours begin at the full
 * hour, days at midnight, weeks on Monday. Others are counted from the beginning of 1970 in UTC, so
 * that a restart does not move them.
 */
export function spanAt(period: LogPeriod, wall: number): Span {
  if (typeof period === "number") return multiple(wall, period, 0);
  const when = new Date(wall);
  if (period === "hourly") return multiple(wall, HOUR_MS, -when.getTimezoneOffset() * MINUTE_MS);
  const sinceMonday = period === "weekly" ? (when.getDay() + 6) % 7 : 0;
  const first = when.getDate() - sinceMonday;
  const midnight = (day: number) => new Date(when.getFullYear(), when.getMonth(), day).getTime();
  return { start: midnight(first), end: midnight(first + (period === "weekly" ? 7 : 1)) };
}

function multiple(wall: number, ms: number, shift: number): Span {
  const start = Math.floor((wall + shift) / ms) * ms - shift;
  return { start, end: start + ms };
}
