/** Lines that are written before there is a place for them. */
import type { LineSink } from "./activity_log.ts";

/** Keeps lines until it is told where they go. */
export class DeferredSink implements LineSink {
  #waiting: Uint8Array[] = [];
  #sinks: readonly LineSink[] | null = null;

  write(bytes: Uint8Array): void {
    if (this.#sinks === null) this.#waiting.push(bytes);
    else for (const sink of this.#sinks) sink.write(bytes);
  }

  /** What waited goes there now, and everything after it. */
  open(sinks: readonly LineSink[]): void {
    this.#sinks = sinks;
    for (const bytes of this.#waiting) this.write(bytes);
    this.#waiting = [];
  }
}
