/** One stream of a child on its way to its log. */
import { type CaptureHandlers, CaptureScanner } from "./capture.ts";
import type { LogTarget } from "./log_target.ts";
import type { Losses } from "./losses.ts";
import { RecentOutput } from "./recent_output.ts";
import { stripAnsi } from "./strip_ansi.ts";

export interface ChannelLogOptions {
  readonly stripAnsi: boolean;
  /** Told of each chunk as it goes to the log, beside the file. Valid only during the call. */
  readonly copies: readonly ((chunk: Uint8Array) => void)[];
  /** Messages in the stream, which do not go to the log; null: they are not looked for. */
  readonly capture: CaptureOptions | null;
}

export interface CaptureOptions extends Omit<CaptureHandlers, "onText"> {
  readonly maxbytes: number;
}

/**
 * Takes a child's bytes as they come and writes them, unchanged but for `strip_ansi` and captured
 * messages. The latest are also kept in memory, for logs that cannot be read back.
 */
export class ChannelLog {
  readonly recent = new RecentOutput();
  #options: ChannelLogOptions;
  #scanner: CaptureScanner | null;
  #file: LogTarget | null = null;
  #losses: Losses | undefined;

  constructor(options: ChannelLogOptions) {
    this.#options = options;
    this.#scanner = this.#newScanner();
  }

  /** From now on with other options; what the old ones kept back is let go. */
  adopt(options: ChannelLogOptions): void {
    this.end();
    this.#options = options;
    this.#scanner = this.#newScanner();
  }

  #newScanner(): CaptureScanner | null {
    const { capture } = this.#options;
    const onText = (piece: Uint8Array) => this.#emit(piece);
    return capture && new CaptureScanner(capture.maxbytes, { ...capture, onText });
  }

  /** Where the bytes go from now on; null: nowhere. The previous file is closed. */
  attach(file: LogTarget | null): void {
    this.#file?.close();
    this.#file = file;
    if (file) this.#losses = file.losses;
  }

  /** The open log, while the child lives. */
  get file(): LogTarget | null {
    return this.#file;
  }

  /** Of the last log: what was told is not for every restart of the child to tell anew. */
  get losses(): Losses | undefined {
    return this.#losses;
  }

  write(chunk: Uint8Array): void {
    const kept = this.#options.stripAnsi ? stripAnsi(chunk) : chunk;
    if (kept.length === 0) return;
    if (this.#scanner) this.#scanner.write(kept);
    else this.#emit(kept);
  }

  /** The child has ended: nothing more comes, nothing is kept back. */
  end(): void {
    this.#scanner?.end();
  }

  #emit(piece: Uint8Array): void {
    this.#file?.write(piece);
    for (const copy of this.#options.copies) copy(piece);
    this.recent.push(piece);
  }
}
