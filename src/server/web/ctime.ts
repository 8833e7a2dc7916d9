/** A moment in the words of C's `ctime`, which the page has always used. */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * Local time, always in English.
 *
 * @param wall Milliseconds since 1970.
 * @example `Sun Nov 22 15:41:49 2026`; a day below 10 has a space before it.
 */
export function ctime(wall: number): string {
  const when = new Date(wall);
  const day = String(when.getDate()).padStart(2);
  const time = [when.getHours(), when.getMinutes(), when.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  return `${DAYS[when.getDay()]} ${MONTHS[when.getMonth()]} ${day} ${time} ${when.getFullYear()}`;
}
