/** Numbers as the README shows them. */

/** A whole number, e.g. `1,000`. */
export function counted(number: number): string {
  return number.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/**
 * No more digits than a second run would confirm, e.g. `0.05`, `2.7`, `31`, `1,020`.
 *
 * @param digits How many of a number over 100 stay.
 */
export function rounded(number: number, digits = 3): string {
  if (number >= 100) return counted(Number(number.toPrecision(digits)));
  if (Number.isInteger(number)) return counted(number);
  return number.toFixed(number >= 10 ? 0 : number >= 1 ? 1 : 2);
}
