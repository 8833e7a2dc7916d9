/** A log and its old ones, opened together: rotation may rename them while they are read. */
import type { LogFiles, OpenReader } from "../platform/log_files.ts";
import { listLogs, type LogFileName } from "./backups.ts";
import { type LogReader, readBytes } from "./read_log.ts";

export interface LogPart extends Disposable {
  readonly path: string;
  /** When it was written last, milliseconds since 1970. */
  readonly modified: number;
  /** What tells it from others; null: it is in memory. */
  readonly identity: string | null;
  /** The same for whoever can read it from anywhere; null: it is compressed. */
  readonly plain: LogReader | null;
  /**
   * What was in it when it was opened, piece by piece.
   *
   * @param from For a plain one, in bytes. @throws {Error} If it is damaged.
   */
  pieces(from?: number): AsyncIterable<Uint8Array>;
}

const PIECE_BYTES = 65_536;

/** The oldest first. @throws {Error} With node's `code`. */
export function openParts(files: LogFiles, path: string): LogPart[] {
  const parts: LogPart[] = [];
  try {
    for (const name of listIfThere(files, path)) {
      const reader = files.openReader(name.path);
      if (reader) parts.push(filePart(files, name, reader));
    }
    return parts;
  } catch (error) {
    closeParts(parts);
    throw error;
  }
}

export function closeParts(parts: readonly LogPart[]): void {
  for (const part of parts) part[Symbol.dispose]();
}

function listIfThere(files: LogFiles, path: string): readonly LogFileName[] {
  try {
    return listLogs(files, path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return [];
    throw error;
  }
}

function filePart(files: LogFiles, { path, codec }: LogFileName, reader: OpenReader): LogPart {
  const { size } = reader;
  return {
    path,
    modified: reader.modified,
    identity: reader.identity,
    ...(codec === null ? readPlain({ size, read: reader.read }) : {
      plain: null,
      pieces: () => files.decompress(reader, codec),
    }),
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  };
}

function readPlain(plain: LogReader): Pick<LogPart, "plain" | "pieces"> {
  return { plain, pieces: (from = 0) => plainPieces(plain, from) };
}

async function* plainPieces({ size, read }: LogReader, from: number): AsyncIterable<Uint8Array> {
  for (let offset = from; offset < size;) {
    const piece = read(offset, Math.min(PIECE_BYTES, size - offset));
    if (piece.length === 0) return; // somebody has cut it off
    offset += piece.length;
    yield piece;
  }
}

/** The latest output of a log that cannot be read back. */
export function memoryPart(path: string, bytes: Uint8Array, modified: number): LogPart {
  return {
    path,
    modified,
    identity: null,
    ...readPlain(readBytes(bytes)),
    [Symbol.dispose]: () => {},
  };
}
