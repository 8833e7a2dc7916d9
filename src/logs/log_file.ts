/**
 * One log on disk: appended, rotated by size, reopened and cleared on request.
 *
 * A log is never a reason to stop reading: what cannot be written is dropped and counted, the
 * trouble is told once, and so is its end.
 */
import type { FileAccess, LogFiles, LogHandle } from "../platform/log_files.ts";
import type { LogTarget } from "./log_target.ts";
import type { LogWatchers } from "./log_watchers.ts";
import { type LogTrouble, Losses } from "./losses.ts";

export interface LogFileOptions {
  readonly path: string;
  /** Bytes; 0 or less: never rotated. */
  readonly maxbytes: number;
  /** How many old files are kept; 0: the file is emptied instead. */
  readonly backups: number;
}

export interface LogSurroundings {
  readonly files: LogFiles;
  readonly trouble: LogTrouble;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Who follows logs, and is told of each write. */
  readonly watchers?: LogWatchers;
  /** Those of an earlier log under this path, to go on with. */
  readonly losses?: Losses | undefined;
}

/** How long to leave a log alone that could not be opened. */
const REOPEN_AFTER_MS = 1000;
/** How often a log in use is looked after: whether it still has a name. */
const LOOK_AFTER_MS = 1000;

export class LogFile implements LogTarget {
  readonly #options: LogFileOptions;
  readonly #files: LogFiles;
  readonly #trouble: LogTrouble;
  readonly losses: Losses;
  readonly #now: () => number;
  readonly #watchers: LogWatchers | undefined;
  #handle: LogHandle | null;
  /** Of the file that was closed last: the one in its place is for the same readers. */
  #access: FileAccess | undefined;
  #position: number;
  #rotationFailing = false;
  #retryAt = 0;
  /** Why it could not be opened when that was tried last. */
  #refusal = "";
  #lookAt: number;

  /** @throws {Error} With node's `code`, if it cannot be opened now. */
  constructor(options: LogFileOptions, surroundings: LogSurroundings) {
    const { files, trouble, now, watchers } = surroundings;
    this.#options = options;
    this.#watchers = watchers;
    this.#files = files;
    this.#trouble = trouble;
    this.#now = now;
    this.losses = surroundings.losses ??
      new Losses({ path: options.path, trouble, now, calmMs: 0 });
    this.#lookAt = now() + LOOK_AFTER_MS;
    this.#handle = files.open(options.path);
    this.#position = this.#handle.size;
  }

  get path(): string {
    return this.#options.path;
  }

  /**
   * Appends a chunk, then rotates if the file has reached its size. A chunk is never split over
   * two files. @see spec/processes.md §4, "Rotation"
   */
  write(bytes: Uint8Array): void {
    this.#lookForRemoval();
    const handle = this.#handle ?? this.#tryOpen();
    if (!handle) return this.losses.add(bytes.length, this.#refusal);
    try {
      handle.write(bytes);
    } catch (error) {
      const written = (error as { bytesWritten?: number }).bytesWritten ?? 0;
      this.#position += written;
      return this.losses.add(bytes.length - written, reasonOf(error));
    }
    this.#position += bytes.length;
    this.losses.worked();
    this.#watchers?.changed(this.path);
    if (this.#isFull()) this.#rotate();
  }

  /** Goes on in a file of the configured name, also if the old one was renamed or removed. */
  reopen(): void {
    this.close();
    this.#open();
  }

  /**
   * Starts again with an empty file; old ones stay.
   *
   * @throws {Error} With node's `code`, if the file cannot be removed or made.
   */
  clear(): void {
    this.close();
    this.#files.remove(this.path);
    this.#adopt(this.#files.open(this.path, this.#access));
  }

  close(): void {
    this.#access = this.#handle?.access ?? this.#access;
    this.#handle?.close();
    this.#handle = null;
  }

  /** A file that was removed, with its folder perhaps, is made again: nobody could read the old one. */
  #lookForRemoval(): void {
    const now = this.#now();
    if (now < this.#lookAt) return;
    this.#lookAt = now + LOOK_AFTER_MS;
    if (this.#handle?.isRemoved()) this.close();
  }

  #isFull(): boolean {
    const { maxbytes } = this.#options;
    return maxbytes > 0 && this.#position >= maxbytes;
  }

  /** Where the files cannot be renamed, the present one is written on. */
  #rotate(): void {
    try {
      this.#shift();
    } catch (error) {
      if (!this.#rotationFailing) this.#trouble.failing(this.path, reasonOf(error));
      this.#rotationFailing = true;
      return;
    }
    if (this.#rotationFailing) this.#trouble.healed(this.path, 0);
    this.#rotationFailing = false;
    this.close();
    this.#open();
  }

  #shift(): void {
    const { path, backups } = this.#options;
    if (backups <= 0) return this.#files.remove(path);
    for (let n = backups - 1; n >= 1; n--) this.#renameIfThere(`${path}.${n}`, `${path}.${n + 1}`);
    this.#renameIfThere(path, `${path}.1`);
  }

  #renameIfThere(from: string, to: string): void {
    try {
      this.#files.rename(from, to);
    } catch (error) {
      if (reasonOf(error) !== "ENOENT") throw error;
    }
  }

  #tryOpen(): LogHandle | null {
    return this.#now() < this.#retryAt ? null : this.#open();
  }

  #open(): LogHandle | null {
    try {
      return this.#adopt(this.#files.open(this.path, this.#access));
    } catch (error) {
      this.#retryAt = this.#now() + REOPEN_AFTER_MS;
      this.#refusal = reasonOf(error);
      this.losses.add(0, this.#refusal);
      return null;
    }
  }

  #adopt(handle: LogHandle): LogHandle {
    this.#position = handle.size;
    return this.#handle = handle;
  }
}

/** What the system called its refusal, e.g. `ENOSPC`. */
export function reasonOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}
