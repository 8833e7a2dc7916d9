/**
 * Reading a child's pipe as data arrives, and to its end when the child is gone.
 *
 * The descriptor is watched, by all together where that can be had, else each by a stream of the
 * runtime; at reap the rest is read directly (`drain`), so that a child's last lines are known
 * before its exit is.
 */
import net from "node:net";
import { ERRNO } from "./errno.ts";
import { errno, libc } from "./libc.ts";
import { openReadiness, type Readable, type Readiness } from "./readiness.ts";

/** Handed to `onData`; its bytes are only valid during the call. */
type Chunk = Uint8Array;

export interface PipeHandlers {
  onData(chunk: Chunk): void;
  /** The other end was closed by everyone who had it. Called at most once. */
  onEnd(): void;
}

/** One read takes at most this much. @see spec/processes.md §4, "Rotation" */
const CHUNK_BYTES = 131_072;

/**
 * More than a pipe can hold: what an ended child wrote is in it by then, and a grandchild that goes
 * on writing must not keep us here.
 */
const DRAIN_BYTES = 2_097_152;

/** What one pipe may have before others have their turn. */
const TURN_CHUNKS = 8;

const scratch = new Uint8Array(CHUNK_BYTES);

const EOF = 0;
const NOTHING_NOW = -1;

function readOnce(fd: number): number {
  for (;;) {
    const count = libc().read(fd, scratch, CHUNK_BYTES);
    if (count >= 0) return count;
    // A pipe refuses a read for no other reason than these. Whatever else is found there is what the
    // runtime did meanwhile: no reason to stop reading a program that lives.
    if (errno() !== ERRNO.EINTR) return NOTHING_NOW;
  }
}

/** One of each pipe: with a thousand programs there are two thousand. */
export class PipeReader implements Readable {
  readonly #fd: number;
  readonly #handlers: PipeHandlers;
  #isOpen = true;
  /** Stops the stream; null where all are watched together. */
  readonly #stopStream: (() => void) | null;

  /** @param fd The read end of a pipe, non-blocking. The reader owns it from here on. */
  constructor(fd: number, handlers: PipeHandlers) {
    this.#fd = fd;
    this.#handlers = handlers;
    this.#stopStream = readiness()?.watch(fd, this) ? null : this.#watchStream();
  }

  /** Reads what the pipe holds right now. */
  drain(): void {
    for (let drained = 0, count = 1; count > 0 && drained < DRAIN_BYTES; drained += count) {
      count = this.#readChunk();
    }
  }

  /** Stops watching and closes the descriptor; `onEnd` is not called any more. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#stopStream) return this.#stopStream();
    readiness()!.unwatch(this.#fd);
    libc().close(this.#fd);
  }

  /** A chunk that is not full was all there is: asking again would cost as much as being told. */
  takeTurn(): number {
    let taken = 0;
    for (let i = 0, count = CHUNK_BYTES; i < TURN_CHUNKS && count === CHUNK_BYTES; i++) {
      count = this.#readChunk();
      taken += count;
    }
    return taken;
  }

  /** @returns How much there was; 0 if there is nothing more, for now or for ever. */
  #readChunk(): number {
    const count = this.#isOpen ? readOnce(this.#fd) : NOTHING_NOW;
    if (count === EOF) this.#finish();
    if (count <= 0) return 0;
    this.#handlers.onData(scratch.subarray(0, count));
    return count;
  }

  #finish(): void {
    if (!this.#isOpen) return;
    this.close();
    this.#handlers.onEnd();
  }

  #watchStream(): () => void {
    const deliver = (chunk: Chunk) => {
      if (this.#isOpen) this.#handlers.onData(chunk);
    };
    return watchStream(this.#fd, deliver, () => this.#finish());
  }
}

const bun = (globalThis as { Bun?: { file(fd: number): BunFile } }).Bun;

let opened: Readiness | null | undefined;

/** @returns null where this cannot be had. */
function readiness(): Readiness | null {
  if (opened === undefined) opened = bun ? openReadiness(bun) : null;
  return opened;
}

type Watch = (fd: number, onData: (chunk: Chunk) => void, onEnd: () => void) => () => void;

interface BunFile {
  stream(): ReadableStream<Uint8Array>;
}

const watchStream: Watch = bun ? watchWithBun : watchWithNet;

function watchWithBun(fd: number, onData: (chunk: Chunk) => void, onEnd: () => void): () => void {
  const stream = bun!.file(fd).stream().getReader();
  function next(): void {
    stream.read().then(({ done, value }) => {
      if (done) return onEnd();
      try {
        onData(value);
      } finally {
        next(); // whatever went wrong with this piece: a pipe that nobody reads blocks its program
      }
    }, onEnd);
  }
  next();
  return () => {
    stream.cancel().catch(() => {});
    libc().close(fd);
  };
}

function watchWithNet(fd: number, onData: (chunk: Chunk) => void, onEnd: () => void): () => void {
  const socket = new net.Socket({ fd, readable: true, writable: false });
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("error", onEnd);
  return () => socket.destroy();
}
