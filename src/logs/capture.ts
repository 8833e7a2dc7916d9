/** Capture mode: messages for listeners in between a child's output. */
import { concatenate } from "./concatenate.ts";

const BEGIN = new TextEncoder().encode("<!--XSUPERVISOR:BEGIN-->");
const END = new TextEncoder().encode("<!--XSUPERVISOR:END-->");

const NOTHING = new Uint8Array(0);

/** What is found. The bytes are valid only during the call. */
export interface CaptureHandlers {
  /** Output outside of messages, for the log. Never empty. */
  readonly onText: (piece: Uint8Array) => void;
  /** A piece of a message, as it comes. Never empty. */
  readonly onCaptured: (piece: Uint8Array) => void;
  /** A message is complete. */
  readonly onMessage: (message: Uint8Array) => void;
}

/**
 * Takes a stream of output apart, at its tokens.
 *
 * Supervisor keeps back whatever could be as short as a token, up to 24 bytes, until more comes.
 * Here only bytes that do begin a token wait: a prompt without a line feed is in the log at once.
 *
 * @see spec/processes.md §9, "Capture mode"
 */
export class CaptureScanner {
  readonly #handlers: CaptureHandlers;
  readonly #message: MessageBuffer;
  #capturing = false;
  /** The beginning of a token, of which the rest has not come yet. */
  #held: Uint8Array = NOTHING;

  /** @param maxbytes `stdout_capture_maxbytes` or `stderr_capture_maxbytes`. */
  constructor(maxbytes: number, handlers: CaptureHandlers) {
    this.#handlers = handlers;
    this.#message = new MessageBuffer(maxbytes);
  }

  write(chunk: Uint8Array): void {
    const bytes = this.#held.length === 0 ? chunk : concatenate([this.#held, chunk]);
    this.#held = NOTHING;
    for (let start = 0; start < bytes.length;) {
      const token = this.#capturing ? END : BEGIN;
      const at = findToken(bytes, token, start);
      this.#put(bytes.subarray(start, at));
      start = at + token.length;
      if (start > bytes.length) this.#held = bytes.slice(at);
      else this.#toggle();
    }
  }

  /**
   * The child has ended: what was kept back is output after all. A message that it did not finish
   * is nobody's: listeners expect whole ones, and the log none.
   */
  end(): void {
    this.#put(this.#held);
    this.#held = NOTHING;
    this.#message.take();
    this.#capturing = false;
  }

  #put(piece: Uint8Array): void {
    if (piece.length === 0) return;
    if (!this.#capturing) return this.#handlers.onText(piece);
    this.#message.append(piece);
    this.#handlers.onCaptured(piece);
  }

  #toggle(): void {
    if (this.#capturing) this.#handlers.onMessage(this.#message.take());
    this.#capturing = !this.#capturing;
  }
}

/**
 * The latest bytes of a message. A piece that does not fit pushes out as many of the oldest bytes
 * as it has itself, and is kept whole however long it is.
 */
class MessageBuffer {
  readonly #maxbytes: number;
  #bytes = NOTHING;
  #start = 0;
  #end = 0;

  constructor(maxbytes: number) {
    this.#maxbytes = maxbytes;
  }

  append(piece: Uint8Array): void {
    const length = this.#end - this.#start;
    if (length + piece.length > this.#maxbytes) this.#start += Math.min(length, piece.length);
    if (this.#end + piece.length > this.#bytes.length) this.#makeRoom(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  take(): Uint8Array {
    const message = this.#bytes.subarray(this.#start, this.#end);
    this.#bytes = NOTHING;
    this.#start = this.#end = 0;
    return message;
  }

  /** Twice as much as is needed: each byte is then moved a few times at most. */
  #makeRoom(more: number): void {
    const kept = this.#bytes.subarray(this.#start, this.#end);
    this.#bytes = new Uint8Array((kept.length + more) * 2);
    this.#bytes.set(kept);
    this.#start = 0;
    this.#end = kept.length;
  }
}

/** Where the token is from `start` on, or where a beginning of it ends the bytes, or their end. */
function findToken(bytes: Uint8Array, token: Uint8Array, start: number): number {
  for (let at = start; (at = bytes.indexOf(token[0]!, at)) >= 0; at++) {
    if (token.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte)) return at;
  }
  return bytes.length;
}
