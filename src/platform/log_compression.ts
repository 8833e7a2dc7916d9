/** Compressing logs that nobody writes to any more, and reading them back. */
import fs from "node:fs";
import { accessOf, createAs } from "./file_access.ts";
import type { OpenReader } from "./log_files.ts";
import { identityOf } from "./streams.ts";

export type Codec = "gzip" | "zstd";

const PIECE_BYTES = 65_536;
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** @see LogFiles.compress */
export async function compress(
  from: string,
  to: string,
  codec: Codec,
  signal: AbortSignal,
): Promise<string | undefined> {
  fs.rmSync(to, { force: true });
  const source = fs.openSync(from, O_RDONLY | O_NONBLOCK); // nobody's pipe is waited for
  try {
    const before = fs.fstatSync(source);
    if (!before.isFile()) throw Object.assign(new Error(`${from} is no file`), { code: "EINVAL" });
    const target = createAs(to, O_WRONLY, accessOf(source) ?? {});
    try {
      const { createGzip, createZstdCompress, pipeline } = await load();
      const encoder = codec === "gzip" ? createGzip() : createZstdCompress();
      const write = async (pieces: AsyncIterable<Uint8Array>) => {
        for await (const piece of pieces) await writeAll(target, piece);
      };
      await pipeline(contents(source), encoder, write, { signal });
      fs.futimesSync(target, before.atime, before.mtime);
      await finished((done) => fs.fsync(target, done));
    } finally {
      fs.closeSync(target);
    }
    const { size, mtimeMs } = fs.fstatSync(source);
    const isSame = size === before.size && mtimeMs === before.mtimeMs;
    return isSame ? identityOf(before) : undefined;
  } finally {
    fs.closeSync(source);
  }
}

/** @see LogFiles.decompress */
export async function* decompress(reader: OpenReader, codec: Codec): AsyncIterable<Uint8Array> {
  const { createGunzip, createZstdDecompress, pipeline } = await load();
  const decoder = codec === "gzip" ? createGunzip() : createZstdDecompress();
  pipeline(piecesOf(reader), decoder).catch(() => {}); // the loop below is told of trouble
  try {
    for await (const piece of decoder) yield piece as Uint8Array;
  } finally {
    decoder.destroy();
  }
}

/** Only where logs are compressed: it takes its time. */
async function load() {
  const [zlib, { pipeline }] = await Promise.all([
    import("node:zlib"),
    import("node:stream/promises"),
  ]);
  return { ...zlib, pipeline };
}

async function* contents(fd: number): AsyncIterable<Uint8Array> {
  for (let offset = 0;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const count = await finished<number>((done) =>
      fs.read(fd, piece, 0, PIECE_BYTES, offset, done)
    );
    if (count === 0) return;
    offset += count;
    yield piece.subarray(0, count);
  }
}

async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const rest = bytes.length - written;
    written += await finished<number>((done) => fs.write(fd, bytes, written, rest, null, done));
  }
}

function finished<T = void>(
  start: (done: (error: Error | null, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => error ? reject(error) : resolve(result as T));
  });
}

function* piecesOf(reader: OpenReader): Iterable<Uint8Array> {
  for (let offset = 0;;) {
    const piece = reader.read(offset, PIECE_BYTES);
    if (piece.length === 0) return;
    offset += piece.length;
    yield piece;
  }
}
