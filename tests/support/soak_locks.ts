/** Who works on something keeps others from it; whoever came first has it first. */
export class Locks {
  readonly #last = new Map<string, Promise<void>>();
  /** How often something was taken or given back: even while it is free. */
  readonly #turns = new Map<string, number>();

  /** Runs a task while nobody else has any of these. */
  async with<T>(names: readonly string[], task: () => Promise<T>): Promise<T> {
    let release = () => {};
    const done = new Promise<void>((resolve) => release = resolve);
    // Asked for together, so two who want the same never wait for each other.
    const before = names.map((name) => this.#last.get(name));
    for (const name of names) this.#last.set(name, done);
    await Promise.all(before);
    for (const name of names) this.#turn(name);
    try {
      return await task();
    } finally {
      for (const name of names) this.#turn(name);
      release();
    }
  }

  turns(name: string): number {
    return this.#turns.get(name) ?? 0;
  }

  #turn(name: string): void {
    this.#turns.set(name, this.turns(name) + 1);
  }
}
