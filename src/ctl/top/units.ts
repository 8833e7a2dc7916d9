/** Times and sizes in few characters. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `1:02:03`, and from two days on `3d04h`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  if (seconds >= 2 * DAY) {
    return `${Math.floor(seconds / DAY)}d${two(Math.floor((seconds % DAY) / HOUR))}h`;
  }
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  return `${Math.floor(seconds / HOUR)}:${two(minutes)}:${two(seconds % MINUTE)}`;
}

const UNITS = ["B", "K", "M", "G", "T", "P"];

/** At most five characters: `12.3M`. */
export function bytes(count: number): string {
  let unit = 0;
  let number = count;
  for (; number >= 999.5 && unit < UNITS.length - 1; unit++) number /= 1024;
  return `${unit > 0 && number < 99.95 ? number.toFixed(1) : Math.round(number)}${UNITS[unit]}`;
}
