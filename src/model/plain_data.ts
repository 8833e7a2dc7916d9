/** Values made of text, numbers, truths, null, lists, objects and maps. */

/** Whether both are made of the same; the order of an object's or a map's keys does not matter. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || a instanceof Map !== b instanceof Map) return false;
  const [left, right] = [entriesOf(a), entriesOf(b)];
  return left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && sameData(value, right.get(key)));
}

function entriesOf(value: object): ReadonlyMap<unknown, unknown> {
  return value instanceof Map ? value : new Map(Object.entries(value));
}
