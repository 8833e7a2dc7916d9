/**
 * Writing to what somebody reads as it comes: a pipe, a terminal, a socket, the file that our
 * caller has put our output into. Several sources write there, each of them lines of its own; who
 * reads it may have stopped, and the daemon must go on.
 */
import type { Clock } from "./clock.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { errno, libc } from "./libc.ts";
import { hasRoom } from "./poll.ts";

/** Whoever writes to a stream. */
export interface StreamSource {
  /** Told of what does not get there, perhaps long after it was written. */
  lost(bytes: number, reason: string): void;
}

interface Piece {
  readonly from: StreamSource;
  bytes: Uint8Array;
}

/** How far a write got, and the system's reason if it cannot go on. */
interface Sent {
  readonly sent: number;
  readonly reason?: string;
}

/** Nothing is written that a pipe with room for it could not take at once (PIPE_BUF). */
const PIECE_BYTES = 4096;
/** What waits for a slow reader at the most, and one write beyond it. */
const QUEUE_BYTES = 1_048_576;
/**
 * How long a write waits for a reader that is behind but reads on: long enough for one that is
 * quick but shares its processor, and so misses nothing of a flood. One that does not make it is
 * not waited for again until it has caught up.
 */
const PATIENCE_MS = 100;
const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 250;

const TOO_SLOW = "its reader is too slow";

const LINE_FEED = 10;
const NEWLINE = Uint8Array.of(LINE_FEED);
/** Its line will not be gone on with. */
const NOBODY: StreamSource = { lost: () => {} };

export class StreamWriter {
  readonly #fd: number;
  readonly #clock: Clock;
  #queue: Piece[] = [];
  #queued = 0;
  /** It has been full, and has not been empty since. */
  #refusing = false;
  #retrying = false;
  /** Whose line is not at its end yet, as far as what was taken goes. */
  #lineOf: StreamSource | null = null;
  /** Whether the reader is in the middle of a line. */
  #isMidLine = false;
  #whenIdle = () => {};

  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /**
   * Writes what there is room for and keeps the rest for later, in order; or takes none of it,
   * where too much waits already. Where another source has not ended its line, a new one begins.
   */
  write(from: StreamSource, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#flush();
    if (this.#isFull(bytes.length)) return this.#refuse(from, bytes.length);
    if (this.#lineOf !== null && this.#lineOf !== from) this.#put({ from: NOBODY, bytes: NEWLINE });
    this.#put({ from, bytes });
  }

  /** Nobody goes on with the line that is not at its end. */
  endLine(): void {
    if (this.#lineOf === null) return;
    this.#lineOf = NOBODY;
    this.write(NOBODY, NEWLINE);
  }

  /** Runs a task once nothing waits any more. Replaces the one before. */
  whenIdle(task: () => void): void {
    this.#whenIdle = task;
    this.#tellIdle();
  }

  /** Waits for a slow reader, `ms` at the most: there will be no later. */
  finish(ms: number): void {
    this.#wait(ms, 0);
  }

  #isFull(more: number): boolean {
    if (!this.#refusing) this.#refusing = !this.#wait(PATIENCE_MS, QUEUE_BYTES - more);
    return this.#refusing;
  }

  /** @returns Whether no more than `most` bytes wait, or none at all. */
  #wait(ms: number, most: number): boolean {
    const isEnough = () => this.#queued === 0 || this.#queued <= most;
    const end = this.#clock.now() + ms;
    while (!isEnough() && hasRoom(this.#fd, Math.max(0, end - this.#clock.now()))) this.#flush();
    return isEnough();
  }

  #refuse(from: StreamSource, count: number): void {
    if (this.#lineOf === from) this.#lineOf = NOBODY;
    from.lost(count, TOO_SLOW);
  }

  #put({ from, bytes }: Piece): void {
    this.#lineOf = bytes.at(-1) === LINE_FEED ? null : from;
    const { sent, reason } = this.#queued > 0 ? { sent: 0 } : this.#send(bytes);
    if (sent === bytes.length) return;
    this.#queue.push({ from, bytes: bytes.slice(sent) });
    this.#queued += bytes.length - sent;
    if (reason === undefined) this.#retry(FIRST_RETRY_MS);
    else this.#lose(reason);
  }

  #retry(ms: number): void {
    if (this.#retrying) return;
    this.#retrying = true;
    this.#clock.after(ms, () => {
      this.#retrying = false;
      const before = this.#queued;
      this.#flush();
      if (this.#queued === 0) return;
      this.#retry(this.#queued < before ? FIRST_RETRY_MS : Math.min(ms * 2, LAST_RETRY_MS));
    });
  }

  #flush(): void {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      const { sent, reason } = this.#send(first.bytes);
      this.#queued -= sent;
      first.bytes = first.bytes.subarray(sent);
      if (reason !== undefined) return this.#lose(reason);
      if (first.bytes.length > 0) return;
      this.#queue.shift();
    }
    this.#tellIdle();
  }

  /** Gives up what waits. */
  #lose(reason: string): void {
    const lost = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    this.#lineOf = this.#isMidLine ? NOBODY : null;
    for (const { from, bytes } of lost) from.lost(bytes.length, reason);
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#queued > 0) return;
    this.#refusing = false;
    const task = this.#whenIdle;
    this.#whenIdle = () => {};
    task();
  }

  #send(bytes: Uint8Array): Sent {
    let sent = 0;
    while (sent < bytes.length && hasRoom(this.#fd, 0)) {
      const piece = bytes.subarray(sent, sent + PIECE_BYTES);
      const count = libc().write(this.#fd, piece, piece.length);
      if (count > 0) {
        sent += count;
        this.#isMidLine = piece[count - 1] !== LINE_FEED;
        continue;
      }
      const reason = errno();
      if (reason === ERRNO.EAGAIN) break;
      if (reason !== ERRNO.EINTR) return { sent, reason: errnoName(reason) };
    }
    return { sent };
  }
}
