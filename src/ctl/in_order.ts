/** Work that goes on at the same time, with its results in the order of its beginning. */

/**
 * Hands over the results one after the other as soon as those before are there.
 *
 * @param atOnce How many go on at the same time.
 * @throws What the first of them in order that fails, or `deliver`, throws; no other is begun then.
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
  deliver: (result: Result) => void,
): Promise<void> {
  const slots = items.map(() => Promise.withResolvers<Result>());
  for (const { promise } of slots) promise.catch(() => {}); // it is told when its turn comes
  let next = 0;
  async function takeTurns(): Promise<void> {
    while (next < items.length) {
      const { resolve, reject } = slots[next]!;
      try {
        resolve(await work(items[next++]!));
      } catch (error) {
        next = items.length;
        reject(error);
      }
    }
  }
  for (let i = 0; i < Math.min(atOnce, items.length); i++) takeTurns();
  try {
    for (const { promise } of slots) deliver(await promise);
  } finally {
    next = items.length;
  }
}
