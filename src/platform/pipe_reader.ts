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
import { openReadiness, type Readiness } from "./readiness.ts";

/** Handed to `onData`; its bytes are only valid during the call. */
type Chunk = Uint8Array;

export interface PipeHandlers {
  readonly onData: (chunk: Chunk) => void;
  /** The other end was closed by everyone who had it. Called at most once. */
  readonly onEnd: () => void;
}

export interface PipeReader {
  /** Reads what the pipe holds right now. */
  drain(): void;
  /** Stops watching and closes the descriptor; `onEnd` is not called any more. */
  close(): void;
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

/**
 * @param fd The read end of a pipe, non-blocking. The reader owns it from here on.
 */
export function openPipeReader(fd: number, handlers: PipeHandlers): PipeReader {
  let open = true;

  function finish(): void {
    if (!open) return;
    reader.close();
    handlers.onEnd();
  }

  function deliver(chunk: Chunk): void {
    if (open) handlers.onData(chunk);
  }

  /** @returns How much there was; 0 if there is nothing more, for now or for ever. */
  function readChunk(): number {
    const count = open ? readOnce(fd) : NOTHING_NOW;
    if (count === EOF) finish();
    if (count <= 0) return 0;
    handlers.onData(scratch.subarray(0, count));
    return count;
  }

  /** A chunk that is not full was all there is: asking again would cost as much as being told. */
  function takeTurn(): number {
    let taken = 0;
    for (let i = 0, count = CHUNK_BYTES; i < TURN_CHUNKS && count === CHUNK_BYTES; i++) {
      count = readChunk();
      taken += count;
    }
    return taken;
  }

  const stopWatching = watchReadiness(fd, takeTurn) ?? watchStream(fd, deliver, finish);

  const reader: PipeReader = {
    drain() {
      for (let drained = 0, count = 1; count > 0 && drained < DRAIN_BYTES; drained += count) {
        count = readChunk();
      }
    },
    close() {
      if (!open) return;
      open = false;
      stopWatching();
    },
  };
  return reader;
}

const bun = (globalThis as { Bun?: { file(fd: number): BunFile } }).Bun;

let readiness: Readiness | null | undefined;

/** @returns null where this cannot be had. */
function watchReadiness(fd: number, onReadable: () => number): (() => void) | null {
  if (!bun) return null;
  if (readiness === undefined) readiness = openReadiness(bun);
  const stop = readiness?.watch(fd, onReadable);
  if (!stop) return null;
  return () => {
    stop();
    libc().close(fd);
  };
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
