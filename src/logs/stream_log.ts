/**
 * A log that is a stream, such as /dev/stdout: what others write there, too, must not come in
 * between a line, so what has no end yet waits for it.
 *
 * It waits neither for ever nor for any amount: a prompt or the dots of a progress bar go out after
 * a pause, a line longer than 64 KiB goes out in pieces. If somebody else writes after such a piece,
 * the writer of the stream ends the line there, and what comes of it later begins a line of its own.
 */
import type { Clock } from "../platform/clock.ts";
import type { LogFiles } from "../platform/log_files.ts";
import type { StreamHandle } from "../platform/streams.ts";
import { concatenate } from "./concatenate.ts";
import type { LogTarget } from "./log_target.ts";
import { type LogTrouble, Losses } from "./losses.ts";

export interface StreamSurroundings {
  readonly files: LogFiles;
  readonly trouble: LogTrouble;
  readonly clock: Clock;
  /** Those of an earlier log under this path, to go on with. */
  readonly losses?: Losses | undefined;
}

const LINE_FEED = 10;
const LONGEST_HELD_BYTES = 65_536;
const PAUSE_MS = 500;
/** A stream that drops, takes and drops again has one trouble, not two. */
const CALM_MS = 1000;

const NOTHING = new Uint8Array(0);

export class StreamLog implements LogTarget {
  readonly path: string;
  readonly #clock: Clock;
  readonly #handle: StreamHandle;
  readonly losses: Losses;
  #lossesSeen = 0;
  /** The beginning of a line. */
  #held: Uint8Array = NOTHING;
  #cancelPause = () => {};

  /** @throws {Error} With a `code`, if it cannot be opened. */
  constructor(path: string, { files, trouble, clock, losses }: StreamSurroundings) {
    this.path = path;
    this.#clock = clock;
    this.losses = losses ?? new Losses({ path, trouble, now: clock.now, calmMs: CALM_MS });
    this.#handle = files.openStream(path, (bytes, reason) => {
      this.#lossesSeen++;
      this.losses.add(bytes, reason);
    });
  }

  write(bytes: Uint8Array): void {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) this.#pass(bytes.subarray(0, end));
    if (end < bytes.length) this.#hold(bytes.subarray(end));
  }

  /** It has no past. */
  rotate(): boolean {
    return false;
  }

  /** It is ours, or somebody's: there is no other to go on in. */
  reopen(): void {}

  /** It has no past. */
  clear(): void {}

  close(): void {
    this.#pass(NOTHING);
    this.#handle.close();
  }

  #hold(bytes: Uint8Array): void {
    if (this.#held.length + bytes.length > LONGEST_HELD_BYTES) return this.#pass(bytes);
    if (this.#held.length === 0) this.#passAfterPause();
    this.#held = concatenate([this.#held, bytes]);
  }

  /** Where we were busy for longer, the end of the line may be in the pipe: one more turn to read it. */
  #passAfterPause(): void {
    const { after } = this.#clock;
    this.#cancelPause = after(PAUSE_MS, () => {
      this.#cancelPause = after(0, () => this.#pass(NOTHING));
    });
  }

  /** Writes what was held, and what comes after it. */
  #pass(bytes: Uint8Array): void {
    const all = this.#held.length === 0 ? bytes : concatenate([this.#held, bytes]);
    this.#cancelPause();
    this.#held = NOTHING;
    if (all.length === 0) return;
    const before = this.#lossesSeen;
    this.#handle.write(all);
    if (this.#lossesSeen === before) this.losses.worked();
  }
}
