/** The latest bytes of a stream, in bounded memory. */

const CAPACITY_BYTES = 8192;

const NOTHING = new Uint8Array(0);

export class RingBuffer {
  #bytes: Uint8Array = NOTHING;
  #end = 0;
  #full = false;

  push(chunk: Uint8Array): void {
    const latest = chunk.length > CAPACITY_BYTES ? chunk.subarray(-CAPACITY_BYTES) : chunk;
    this.#grow(latest.length);
    const room = this.#bytes.length - this.#end;
    this.#bytes.set(latest.subarray(0, room), this.#end);
    if (latest.length >= room && this.#bytes.length === CAPACITY_BYTES) {
      this.#bytes.set(latest.subarray(room));
      this.#full = true;
    }
    this.#end = (this.#end + latest.length) % (this.#bytes.length || 1);
  }

  /** Oldest first. */
  contents(): Uint8Array {
    if (!this.#full) return this.#bytes.slice(0, this.#end);
    const ordered = new Uint8Array(this.#bytes.length);
    ordered.set(this.#bytes.subarray(this.#end));
    ordered.set(this.#bytes.subarray(0, this.#end), this.#bytes.length - this.#end);
    return ordered;
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#end = 0;
    this.#full = false;
  }

  /** Most programs say little: room is made as it is needed. */
  #grow(more: number): void {
    const wanted = this.#end + more;
    if (this.#full || wanted < this.#bytes.length || this.#bytes.length === CAPACITY_BYTES) return;
    const grown = new Uint8Array(Math.min(CAPACITY_BYTES, Math.max(256, wanted * 2)));
    grown.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = grown;
  }
}
