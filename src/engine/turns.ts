/** Work of which only so much is done at once; the rest waits in line. */

export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  /** @param atOnce How many may have a turn at the same time. */
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Nobody who waits has a turn any more. */
  dismiss(): void {
    this.#waiting.clear();
  }

  /**
   * Calls `begin` now, or when it is its turn.
   *
   * @returns Gives the turn back, or leaves the line. Harmless when done again.
   */
  take(begin: () => void): () => void {
    let hasTurn = false;
    let isOver = false;
    const start = () => {
      hasTurn = true;
      this.#free--;
      begin();
    };
    if (this.#free > 0) start();
    else this.#waiting.add(start);
    return () => {
      if (isOver) return;
      isOver = true;
      this.#waiting.delete(start);
      if (!hasTurn) return;
      this.#free++;
      const [next] = this.#waiting;
      if (!next) return;
      this.#waiting.delete(next);
      next();
    };
  }
}
