/** The files that logs are written to. */
import fs from "node:fs";
import { join } from "node:path";
import { errorCode } from "./errno.ts";
import { accessOf, createAs, type FileAccess, giveAway } from "./file_access.ts";
import { type Codec, compress, decompress } from "./log_compression.ts";
import { isStream, ownDescriptor } from "./own_descriptor.ts";
import {
  identityOf,
  type OnLost,
  openStream,
  type StreamHandle,
  streamIdentity,
} from "./streams.ts";

/** An open file. */
export interface LogHandle {
  /** Bytes in it when it was opened. */
  readonly size: number;
  /** When it was written last before that, milliseconds since 1970. */
  readonly modified: number;
  /** As `LogFiles.identity` of the path, unless another file has its name by now. */
  readonly identity: string;
  /** As of now; undefined where that cannot be told. */
  readonly access: FileAccess | undefined;
  /**
   * Writes all of it, or throws.
   *
   * @throws {Error} With node's `code`, e.g. `ENOSPC`. `bytesWritten` tells how much went before.
   */
  write(bytes: Uint8Array): void;
  /** Whether the file has no name any more: what is written now is lost when it is closed. */
  isRemoved(): boolean;
  close(): void;
}

export interface LogFiles {
  /**
   * Opens for appending; makes it if it is not there.
   *
   * @param access What a file that is made is given, as far as we may.
   * @throws {Error} With node's `code`.
   */
  open(path: string, access?: Partial<FileAccess>): LogHandle;
  /** Opens what `isStream`. @throws {Error} With a `code`. */
  openStream(path: string, onLost: OnLost): StreamHandle;
  /** @throws {Error} With node's `code`. */
  rename(from: string, to: string): void;
  /** Nothing happens if it is not there. @throws {Error} With node's `code`. */
  remove(path: string): void;
  /** Whether what is written there cannot be read back: a pipe, a terminal, our own stdout. */
  isStream(path: string): boolean;
  /** Makes an empty file of a new name, mode 0600 or as told. @returns Its path. @throws {Error} */
  createUnique(
    folder: string,
    prefix: string,
    suffix: string,
    access?: Partial<FileAccess>,
  ): string;
  /** Names in a folder. @throws {Error} With node's `code`. */
  list(folder: string): readonly string[];
  /** @returns undefined if it is not there. @throws {Error} If it cannot be read. */
  openReader(path: string): OpenReader | undefined;
  /** What tells the file at a path from any other; undefined if there is none. */
  identity(path: string): string | undefined;
  /**
   * Compresses a file into another, on whose disk it is once this resolves. Nobody waits meanwhile.
   *
   * @returns The identity of what was compressed; undefined if somebody wrote to it meanwhile.
   * @throws {Error} With node's `code`, or the reason of `signal`.
   */
  compress(
    from: string,
    to: string,
    codec: Codec,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** What is in a compressed log, piece by piece. @throws {Error} If it is damaged. */
  decompress(reader: OpenReader, codec: Codec): AsyncIterable<Uint8Array>;
}

/** A log opened for reading back. Offsets in bytes. */
export interface OpenReader {
  /** As of now: it grows. */
  readonly size: number;
  /** As `LogFiles.identity` of the path it was opened by. */
  readonly identity: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Up to `length` bytes from `offset`. */
  read(offset: number, length: number): Uint8Array;
  [Symbol.dispose](): void;
}

const RANDOM_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789_";

function randomName(length: number): string {
  const values = crypto.getRandomValues(new Uint8Array(length));
  return [...values].map((value) => RANDOM_ALPHABET[value % RANDOM_ALPHABET.length]).join("");
}

function createUnique(
  folder: string,
  prefix: string,
  suffix: string,
  access: Partial<FileAccess> = {},
): string {
  for (;;) {
    const path = join(folder, `${prefix}${randomName(8)}${suffix}`);
    try {
      const fd = fs.openSync(path, "wx", 0o600);
      giveAway(fd, access);
      fs.closeSync(fd);
      return path;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

function identity(path: string): string | undefined {
  const own = ownDescriptor(path);
  if (own !== undefined) return streamIdentity(own);
  try {
    return identityOf(fs.statSync(path));
  } catch {
    return undefined;
  }
}

function openReader(path: string): OpenReader | undefined {
  let fd: number;
  try {
    fd = fs.openSync(path, O_RDONLY | O_NONBLOCK); // nobody's pipe is waited for
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  return {
    get size() {
      return fs.fstatSync(fd).size;
    },
    get modified() {
      return fs.fstatSync(fd).mtimeMs;
    },
    identity: identityOf(fs.fstatSync(fd)),
    read(offset, length) {
      const bytes = new Uint8Array(length);
      const count = length === 0 ? 0 : fs.readSync(fd, bytes, 0, length, offset);
      return bytes.subarray(0, count);
    },
    [Symbol.dispose]: () => fs.closeSync(fd),
  };
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_APPEND, O_NOCTTY, O_NONBLOCK } = fs.constants;

/** A named pipe without a reader is refused, not waited for, and no terminal becomes ours. */
const APPEND = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK;

function openToAppend(path: string, access: Partial<FileAccess> | undefined): number {
  if (access === undefined) return fs.openSync(path, APPEND, 0o666);
  try {
    // Only a file that is made here is given away: one that is there may be a link to another.
    return createAs(path, APPEND, access);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    return fs.openSync(path, APPEND, 0o666);
  }
}

function isNameless(fd: number): boolean {
  try {
    return fs.fstatSync(fd).nlink === 0;
  } catch {
    return true; // what a disk over the network says of a file that was removed elsewhere
  }
}

/** A disk over the network may refuse only now what it took before: too late to do anything. */
function closeQuietly(fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // closed all the same
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  try {
    while (written < bytes.length) {
      written += fs.writeSync(fd, bytes, written, bytes.length - written);
    }
  } catch (error) {
    throw Object.assign(error as Error, { bytesWritten: written });
  }
}

class AppendedFile implements LogHandle {
  readonly size: number;
  readonly modified: number;
  readonly identity: string;
  readonly #fd: number;

  /** @throws {Error} With node's `code`. */
  constructor(path: string, access: Partial<FileAccess> | undefined) {
    this.#fd = openToAppend(path, access);
    const stat = fs.fstatSync(this.#fd);
    this.size = stat.size;
    this.modified = stat.mtimeMs;
    this.identity = identityOf(stat);
  }

  get access(): FileAccess | undefined {
    return accessOf(this.#fd);
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#fd, bytes);
  }

  isRemoved(): boolean {
    return isNameless(this.#fd);
  }

  close(): void {
    closeQuietly(this.#fd);
  }
}

export const systemLogFiles: LogFiles = {
  open: (path, access) => new AppendedFile(path, access),
  openStream,
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  isStream,
  createUnique,
  list: (folder) => fs.readdirSync(folder),
  openReader,
  identity,
  compress,
  decompress,
};
