import { concatenate } from "../../src/logs/concatenate.ts";

/** How often it is tried before what there is will do. */
const TRIES = 2_000;

/**
 * The shortest input found that still fails: pieces are left out, large ones first.
 *
 * @param fails Whether an input fails in the same way.
 */
export async function minimise(
  input: Uint8Array,
  fails: (shorter: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < best.length && tries < TRIES; tries++) {
      const shorter = concatenate([best.subarray(0, at), best.subarray(at + size)]);
      if (await fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
