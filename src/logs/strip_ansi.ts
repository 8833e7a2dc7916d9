/** Taking terminal escapes out of child output. */

const ESCAPE = 0x1b;
const BRACKET = 0x5b;
const TERMINATORS = new Set([..."HfABCDRsuJKhlpm"].map((char) => char.charCodeAt(0)));

/**
 * Drops each `ESC [` and what follows, up to and including the first terminator. Other escapes are
 * kept. A sequence that the chunk cuts off is dropped to the chunk's end.
 *
 * @returns The chunk itself where there is nothing to drop.
 * @see spec/processes.md §9, "strip_ansi"
 */
export function stripAnsi(chunk: Uint8Array): Uint8Array {
  if (!chunk.includes(ESCAPE)) return chunk;
  const kept = new Uint8Array(chunk.length);
  let length = 0;
  for (let i = 0; i < chunk.length; i++) {
    if (chunk[i] !== ESCAPE || chunk[i + 1] !== BRACKET) {
      kept[length++] = chunk[i]!;
      continue;
    }
    i += 2;
    while (i < chunk.length && !TERMINATORS.has(chunk[i]!)) i++;
  }
  return kept.subarray(0, length);
}
