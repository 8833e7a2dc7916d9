/** Tells those who follow a log that the daemon has written to it. */
export class LogWatchers {
  readonly #watchers = new Map<string, Set<() => void>>();

  /** @returns Ends it. */
  watch(path: string, watcher: () => void): () => void {
    const watchers = this.#watchers.get(path) ?? new Set();
    this.#watchers.set(path, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(path) === watchers) this.#watchers.delete(path);
    };
  }

  changed(path: string): void {
    if (this.#watchers.size === 0) return;
    for (const watcher of this.#watchers.get(path) ?? []) watcher();
  }
}
