/**
 * One log on disk: appended, rotated by size, reopened and cleared on request.
 *
 * A log is never a reason to stop reading: what cannot be written is dropped and counted, the
 * trouble is told once, and so is its end.
 */
import type { FileAccess } from "../platform/file_access.ts";
import type { LogFiles, LogHandle } from "../platform/log_files.ts";
import { shiftBackups } from "./backups.ts";
import type { LogTarget } from "./log_target.ts";
import type { LogWatchers } from "./log_watchers.ts";
import { type LogTrouble, Losses, reasonOf } from "./losses.ts";

export interface LogFileOptions {
  readonly path: string;
  /** Bytes; 0 or less: never rotated. */
  readonly maxbytes: number;
  /** How many old files are kept; 0: the file is emptied instead. */
  readonly backups: number;
  /** What a file that is made is given, whatever the one before it had. */
  readonly access?: Partial<FileAccess> | undefined;
  /** Old files may be compressed: those have other names, and their turn all the same. */
  readonly isCompressed?: boolean;
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
  /** Told of each rotation. */
  readonly onRotated?: () => void;
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
  readonly #onRotated: (() => void) | undefined;
  #handle: LogHandle | null;
  /** Of the file that was closed last: the one in its place is for the same readers. */
  #access: Partial<FileAccess> | undefined;
  #position: number;
  #rotationFailing = false;
  #retryAt = 0;
  /** Why it could not be opened when that was tried last. */
  #refusal = "";
  #lookAt: number;

  /** @throws {Error} With node's `code`, if it cannot be opened now. */
  constructor(options: LogFileOptions, surroundings: LogSurroundings) {
    const { files, trouble, now, watchers, onRotated } = surroundings;
    this.#options = options;
    this.#access = options.access;
    this.#onRotated = onRotated;
    this.#watchers = watchers;
    this.#files = files;
    this.#trouble = trouble;
    this.#now = now;
    this.losses = surroundings.losses ??
      new Losses({ path: options.path, trouble, now, calmMs: 0 });
    this.#lookAt = now() + LOOK_AFTER_MS;
    this.#handle = files.open(options.path, options.access);
    this.#position = this.#handle.size;
  }

  get path(): string {
    return this.#options.path;
  }

  /** When the last of what is in it was written, as of opening it; undefined if there was nothing. */
  get modified(): number | undefined {
    return this.#handle && this.#handle.size > 0 ? this.#handle.modified : undefined;
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
    if (this.#isFull()) this.tryRotate();
  }

  /**
   * Rotates whatever its size. Where somebody else has, as of a log that several write, it goes on
   * in the new file.
   *
   * @returns false if there is nothing in it. @throws {Error} With node's `code`.
   */
  rotate(): boolean {
    const identity = this.#handle?.identity;
    if (identity !== undefined && identity !== this.#files.identity(this.path)) this.reopen();
    if (!this.#handle || this.#position === 0) return false;
    shiftBackups(this.#files, this.#options);
    this.reopen();
    this.#onRotated?.();
    return true;
  }

  /** As `rotate`. Where the files cannot be renamed, the present one is written on. */
  tryRotate(): void {
    try {
      this.rotate();
    } catch (error) {
      if (!this.#rotationFailing) this.#trouble.failing(this.path, reasonOf(error));
      this.#rotationFailing = true;
      return;
    }
    if (this.#rotationFailing) this.#trouble.healed(this.path, 0);
    this.#rotationFailing = false;
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
    if (this.#handle) this.#access = { ...this.#handle.access, ...this.#options.access };
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
