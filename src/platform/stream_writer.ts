/**
 * Writing to a pipe, a terminal or a socket that is not ours to slow down for: whoever reads it may
 * have stopped, and the daemon must go on.
 */
import type { Clock } from "./clock.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { errno, libc } from "./libc.ts";

/** Nothing is written that a pipe with room for it could not take at once (PIPE_BUF). */
const PIECE_BYTES = 4096;
/** What waits for a slow reader at the most. */
const QUEUE_BYTES = 1_048_576;
const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 250;

const POLLOUT = 4;
const POLLERR = 8;

export class StreamWriter {
  readonly #fd: number;
  readonly #clock: Clock;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #retrying = false;

  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /**
   * Writes what there is room for and keeps the rest for later, in order.
   *
   * @throws {Error} With a `code`: `EAGAIN` when too much waits already, then none of it is taken;
   * `EPIPE` and the like when nobody reads there any more.
   */
  write(bytes: Uint8Array): void {
    if (this.#queued > 0) return this.#enqueue(bytes);
    const rest = this.#send(bytes);
    if (rest.length > 0) this.#enqueue(rest);
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#queued + bytes.length > QUEUE_BYTES) {
      throw Object.assign(new Error("the reader is too slow"), { code: "EAGAIN" });
    }
    this.#queue.push(bytes.slice());
    this.#queued += bytes.length;
    this.#retry(FIRST_RETRY_MS);
  }

  #retry(ms: number): void {
    if (this.#retrying) return;
    this.#retrying = true;
    this.#clock.after(ms, () => {
      this.#retrying = false;
      if (!this.#flush()) this.#retry(Math.min(ms * 2, LAST_RETRY_MS));
    });
  }

  /** @returns Whether nothing waits any more. */
  #flush(): boolean {
    try {
      while (this.#queue.length > 0) {
        const first = this.#queue[0]!;
        const rest = this.#send(first);
        this.#queued -= first.length - rest.length;
        if (rest.length > 0) {
          this.#queue[0] = rest;
          return false;
        }
        this.#queue.shift();
      }
    } catch {
      this.#queue = [];
      this.#queued = 0;
    }
    return true;
  }

  /** @returns What there was no room for. */
  #send(bytes: Uint8Array): Uint8Array {
    let sent = 0;
    while (sent < bytes.length && hasRoom(this.#fd)) {
      const piece = bytes.subarray(sent, sent + PIECE_BYTES);
      const count = libc().write(this.#fd, piece, piece.length);
      if (count >= 0) {
        sent += count;
        continue;
      }
      const reason = errno();
      if (reason === ERRNO.EAGAIN) break;
      if (reason !== ERRNO.EINTR) throw failure(reason, sent);
    }
    return bytes.subarray(sent);
  }
}

function failure(reason: number, bytesWritten: number): Error {
  const code = errnoName(reason);
  return Object.assign(new Error(`cannot write: ${code}`), { code, bytesWritten });
}

/** Also true where a write would fail: it has to be tried for its reason. */
function hasRoom(fd: number): boolean {
  const query = new Uint8Array(8);
  const view = new DataView(query.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, POLLOUT, true);
  const ready = libc().poll(query, 1, 0);
  return ready < 0 || (view.getInt16(6, true) & (POLLOUT | POLLERR)) !== 0;
}
