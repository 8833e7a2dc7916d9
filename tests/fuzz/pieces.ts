import type { Random } from "./random.ts";

/** The same bytes as they may come from a pipe: in pieces, short ones and long ones. */
export function inPieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = random.oneOf([1, 3, 30, 3000]);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(most);
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}
