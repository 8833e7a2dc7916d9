/** Random numbers that a seed says all of. */

export class Random {
  #state: number;

  /** @param seed With `index`, one of as many streams as are wanted. */
  constructor(seed: number, index = 0) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
    this.#next();
  }

  /** A whole number from 0 up to, but not, `bound`. */
  below(bound: number): number {
    return Math.floor(this.#next() / 2 ** 32 * bound);
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** mulberry32 */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return (mixed ^ mixed >>> 14) >>> 0;
  }
}
