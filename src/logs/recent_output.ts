/** The latest of a log that cannot be read back, and those who follow it. */
import { RingBuffer } from "./ring_buffer.ts";

export class RecentOutput {
  readonly #ring = new RingBuffer();
  readonly #watchers = new Set<(chunk: Uint8Array) => void>();

  push(chunk: Uint8Array): void {
    this.#ring.push(chunk);
    for (const watcher of this.#watchers) watcher(chunk);
  }

  /** Oldest first. */
  contents(): Uint8Array {
    return this.#ring.contents();
  }

  clear(): void {
    this.#ring.clear();
  }

  /** Tells of each chunk, valid only during the call. @returns Ends it. */
  watch(watcher: (chunk: Uint8Array) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
