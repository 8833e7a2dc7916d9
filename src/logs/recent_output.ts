/** The latest of a log that cannot be read back, and those who follow it. */
import { RingBuffer } from "./ring_buffer.ts";

export class RecentOutput {
  readonly #ring = new RingBuffer();
  readonly #watchers = new Set<(chunk: Uint8Array) => void>();
  #runBytes = 0;

  /** The program is started: what comes from now on is of another run. */
  beginRun(): void {
    this.#runBytes = 0;
  }

  /** How much there was of the last run, most of which may be forgotten here by now. */
  get runBytes(): number {
    return this.#runBytes;
  }

  /** The latest of the last run. */
  contentsOfRun(): Uint8Array {
    const all = this.contents();
    return all.subarray(Math.max(0, all.length - this.#runBytes));
  }

  push(chunk: Uint8Array): void {
    this.#runBytes += chunk.length;
    this.#ring.push(chunk);
    for (const watcher of this.#watchers) watcher(chunk);
  }

  /** Oldest first. */
  contents(): Uint8Array {
    return this.#ring.contents();
  }

  clear(): void {
    this.#runBytes = 0;
    this.#ring.clear();
  }

  /** Tells of each chunk, valid only during the call. @returns Ends it. */
  watch(watcher: (chunk: Uint8Array) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
