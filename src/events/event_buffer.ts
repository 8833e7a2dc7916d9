/** The events that a pool has not got rid of yet, oldest first and no more than it may keep. */
import type { PoolEvent } from "./wire_format.ts";

/** A queue by position: adding and taking at either end costs the same however long it is. */
export class EventBuffer {
  readonly max: number;
  readonly #events = new Map<number, PoolEvent>();
  #first = 0;

  /** @param max `buffer_size`, 1 or more. */
  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.#events.size;
  }

  /** @returns The oldest event, where it had to make room. */
  append(event: PoolEvent): PoolEvent | undefined {
    const dropped = this.#makeRoom();
    this.#events.set(this.#first + this.size, event);
    return dropped;
  }

  /** Puts an event at the front again. @returns The oldest of the others, where it had to go. */
  putBack(event: PoolEvent): PoolEvent | undefined {
    const dropped = this.#makeRoom();
    this.#first--;
    this.#events.set(this.#first, event);
    return dropped;
  }

  takeFirst(): PoolEvent | undefined {
    const event = this.#events.get(this.#first);
    if (event !== undefined) this.#events.delete(this.#first++);
    return event;
  }

  #makeRoom(): PoolEvent | undefined {
    return this.size >= this.max ? this.takeFirst() : undefined;
  }
}
