/** Inputs that are nearly right: those find more than random bytes do. */
import { concatenate } from "../../src/logs/concatenate.ts";
import type { Random } from "./random.ts";

export interface Material {
  /** What inputs are made from; not empty. */
  readonly seeds: readonly Uint8Array[];
  /** Words of the format. */
  readonly tokens: readonly Uint8Array[];
}

/** A longer one says nothing that a shorter one does not; slowness has tests of its own. */
const MOST_BYTES = 4 * 1024;

const INTERESTING = [0, 9, 10, 13, 27, 32, 34, 37, 39, 40, 58, 59, 60, 91, 92, 127, 128, 195, 255];

type Change = (bytes: Uint8Array, random: Random, material: Material) => Uint8Array;

const CHANGES: readonly Change[] = [
  (bytes, random) => setByte(bytes, random, (old) => old ^ 1 << random.below(8)),
  (bytes, random) => setByte(bytes, random, () => random.oneOf(INTERESTING)),
  (bytes, random) => setByte(bytes, random, () => random.below(256)),
  (bytes, random) => splice(bytes, random, span(bytes, random, 64), new Uint8Array(0)),
  (bytes, random) => splice(bytes, random, 0, take(bytes, random, 256)),
  (bytes, random) => splice(bytes, random, 0, repeat(take(bytes, random, 32), random)),
  (bytes, random, { tokens }) => splice(bytes, random, 0, random.oneOf(tokens)),
  (bytes, random, { tokens }) =>
    splice(bytes, random, span(bytes, random, 16), random.oneOf(tokens)),
  (bytes, random, { tokens }) => splice(bytes, random, 0, repeat(random.oneOf(tokens), random)),
  (bytes, random, { seeds }) => splice(bytes, random, 0, take(random.oneOf(seeds), random, 1024)),
  (bytes, random, { seeds }) => {
    const other = random.oneOf(seeds);
    return concatenate([
      bytes.subarray(0, random.below(bytes.length + 1)),
      take(other, random, 4096),
    ]);
  },
];

/** A seed with a few changes. */
export function mutate(material: Material, random: Random): Uint8Array {
  let bytes = random.oneOf(material.seeds);
  for (let changes = 1 + random.below(6); changes > 0; changes--) {
    bytes = random.oneOf(CHANGES)(bytes, random, material).subarray(0, MOST_BYTES);
  }
  return bytes;
}

function setByte(bytes: Uint8Array, random: Random, change: (old: number) => number): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(bytes.length);
  if (at < copy.length) copy[at] = change(copy[at]!);
  return copy;
}

/** Puts a piece in the place of some bytes, anywhere. */
function splice(bytes: Uint8Array, random: Random, drop: number, piece: Uint8Array): Uint8Array {
  const at = random.below(bytes.length - drop + 1);
  return concatenate([bytes.subarray(0, at), piece, bytes.subarray(at + drop)]);
}

function span(bytes: Uint8Array, random: Random, most: number): number {
  return random.below(Math.min(most, bytes.length) + 1);
}

function take(bytes: Uint8Array, random: Random, most: number): Uint8Array {
  const length = span(bytes, random, most);
  const at = random.below(bytes.length - length + 1);
  return bytes.subarray(at, at + length);
}

function repeat(piece: Uint8Array, random: Random): Uint8Array {
  return concatenate(Array.from({ length: 2 + random.below(30) }, () => piece));
}
