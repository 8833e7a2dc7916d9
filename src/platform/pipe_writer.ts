/** Writing to a child's stdin without ever waiting for the child. */
import type { Clock } from "./clock.ts";
import { ERRNO } from "./errno.ts";
import { errno, libc } from "./libc.ts";

const QUEUE_BYTES = 16 * 1024 * 1024;
const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 1000;

export class PipeWriter {
  readonly #fd: number;
  readonly #clock: Clock;
  /** What the pipe had no room for; null: nothing. */
  #queue: Uint8Array[] | null = null;
  #queuedBytes = 0;
  #isOpen = true;
  #cancelRetry: (() => void) | null = null;

  /** @param fd The write end of a pipe, non-blocking. The writer owns it from here on. */
  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /**
   * Writes, or queues what the pipe has no room for.
   *
   * @returns false if nobody reads there any more, or too much is queued already.
   */
  write(bytes: Uint8Array): boolean {
    if (!this.#isOpen || this.#queuedBytes + bytes.length > QUEUE_BYTES) return false;
    const isFirst = this.#queue === null;
    const sent = isFirst ? this.#send(bytes) : 0;
    if (sent === undefined) return false;
    if (sent === bytes.length) return true;
    this.#enqueue(bytes.slice(sent));
    if (isFirst) this.#retry(FIRST_RETRY_MS);
    return true;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#cancelRetry?.();
    this.#queue = null;
    this.#queuedBytes = 0;
    libc().close(this.#fd);
  }

  #enqueue(bytes: Uint8Array): void {
    (this.#queue ??= []).push(bytes);
    this.#queuedBytes += bytes.length;
  }

  /** @returns How many bytes went; undefined if nobody reads. */
  #send(bytes: Uint8Array): number | undefined {
    let sent = 0;
    while (sent < bytes.length) {
      const count = libc().write(this.#fd, bytes.subarray(sent), bytes.length - sent);
      if (count >= 0) {
        sent += count;
        continue;
      }
      const reason = errno();
      if (reason === ERRNO.EINTR) continue;
      if (reason !== ERRNO.EPIPE) return sent; // EAGAIN; or an error of the runtime's own since then
      this.close();
      return undefined;
    }
    return sent;
  }

  #flush(delayMs: number): void {
    let progress = false;
    for (let first = this.#queue?.[0]; first; first = this.#queue?.[0]) {
      const sent = this.#send(first);
      if (sent === undefined) return;
      this.#queuedBytes -= sent;
      progress ||= sent > 0;
      if (sent < first.length) {
        this.#queue![0] = first.subarray(sent);
        return this.#retry(progress ? FIRST_RETRY_MS : delayMs);
      }
      this.#queue!.shift();
    }
    this.#queue = null;
  }

  #retry(delayMs: number): void {
    const nextMs = Math.min(delayMs * 2, LAST_RETRY_MS);
    this.#cancelRetry = this.#clock.after(delayMs, () => this.#flush(nextMs));
  }
}
