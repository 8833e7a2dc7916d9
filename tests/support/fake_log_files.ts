/** Log files in memory, on a disk that can be full, slow to come back, or gone. */
import type { FileAccess } from "../../src/platform/file_access.ts";
import type { Codec } from "../../src/platform/log_compression.ts";
import type { LogFiles, LogHandle, OpenReader } from "../../src/platform/log_files.ts";
import type { OnLost, StreamHandle } from "../../src/platform/streams.ts";

/** What a name stands for; a file that was renamed or removed lives on for those who have it open. */
interface FakeFile {
  bytes: Uint8Array;
  access?: Partial<FileAccess> | undefined;
  /** Milliseconds since 1970; `MODIFIED_MS` if a test does not say. */
  modified?: number;
}

/** Of a file of which a test says nothing else. */
export const MODIFIED_MS = 1_700_000_000_000;

function systemError(code: string, extra: object = {}): Error {
  return Object.assign(new Error(code), { code }, extra);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

export class FakeLogFiles implements LogFiles {
  readonly files = new Map<string, FakeFile>();
  /** Paths that are pipes or terminals. */
  readonly streams = new Set<string>();
  /** Bytes that still fit on the disk. */
  room = Infinity;
  /** Codes with which these fail from now on. */
  readonly failing: {
    open?: string;
    write?: string;
    rename?: string;
    remove?: string;
    compress?: string;
  } = {};
  /** Compressing takes until this resolves. */
  compressing: Promise<void> = Promise.resolve();
  /** `open /log`, `rename /log /log.1`, … without writes. */
  readonly calls: string[] = [];
  openHandles = 0;
  /** Paths of readers that were closed. */
  readonly disposed: string[] = [];
  readonly #identities = new Map<FakeFile, string>();

  open(path: string, access?: Partial<FileAccess>): LogHandle {
    this.#attempt("open", path);
    const file = this.files.get(path) ?? { bytes: new Uint8Array(0), access };
    this.files.set(path, file);
    this.openHandles++;
    let open = true;
    return {
      size: file.bytes.length,
      modified: file.modified ?? MODIFIED_MS,
      identity: this.#identityOf(file),
      get access() {
        return file.access as FileAccess | undefined;
      },
      write: (bytes) => {
        if (!open) throw new Error(`${path} was written after it was closed`);
        if (this.failing.write) throw systemError(this.failing.write, { bytesWritten: 0 });
        const fits = bytes.slice(0, this.room);
        file.bytes = joined(file.bytes, fits);
        this.room -= fits.length;
        if (fits.length < bytes.length) {
          throw systemError("ENOSPC", { bytesWritten: fits.length });
        }
      },
      isRemoved: () => ![...this.files.values()].includes(file),
      close: () => {
        if (!open) throw new Error(`${path} was closed twice`);
        open = false;
        this.openHandles--;
      },
    };
  }

  openStream(path: string, onLost: OnLost): StreamHandle {
    const { write, close } = this.open(path);
    return {
      write(bytes) {
        try {
          write(bytes);
        } catch (error) {
          const { code, bytesWritten } = error as { code: string; bytesWritten: number };
          onLost(bytes.length - bytesWritten, code);
        }
      },
      close,
    };
  }

  isStream(path: string): boolean {
    return this.streams.has(path);
  }

  rename(from: string, to: string): void {
    this.#attempt("rename", `${from} ${to}`);
    const file = this.files.get(from);
    if (!file) throw systemError("ENOENT");
    this.files.delete(from);
    this.files.set(to, file);
  }

  remove(path: string): void {
    this.#attempt("remove", path);
    this.files.delete(path);
  }

  createUnique(
    folder: string,
    prefix: string,
    suffix: string,
    access?: Partial<FileAccess>,
  ): string {
    const path = `${folder}/${prefix}12345678${suffix}`;
    this.files.set(path, { bytes: new Uint8Array(0), access });
    return path;
  }

  list(folder: string): readonly string[] {
    const start = folder.endsWith("/") ? folder : `${folder}/`;
    return [...this.files.keys()].filter((path) => path.startsWith(start))
      .map((path) => path.slice(start.length));
  }

  openReader(path: string): OpenReader | undefined {
    const file = this.files.get(path);
    if (!file) return undefined;
    return {
      get size() {
        return file.bytes.length;
      },
      identity: this.#identityOf(file),
      modified: file.modified ?? MODIFIED_MS,
      read: (offset, length) => file.bytes.slice(offset, offset + length),
      [Symbol.dispose]: () => void this.disposed.push(path),
    };
  }

  identity(path: string): string | undefined {
    const file = this.files.get(path);
    return file && this.#identityOf(file);
  }

  /** Compressed, a file says so in brackets. */
  async compress(from: string, to: string, codec: Codec, signal: AbortSignal) {
    const file = this.files.get(from);
    if (!file) throw systemError("ENOENT");
    this.calls.push(`compress ${from}`);
    const { bytes } = file;
    this.put(to, `${codec}[`);
    await this.compressing;
    signal.throwIfAborted();
    if (this.failing.compress) throw systemError(this.failing.compress);
    this.put(to, `${codec}[${new TextDecoder().decode(bytes)}]`, file.modified);
    return file.bytes === bytes ? this.#identityOf(file) : undefined;
  }

  async *decompress(reader: OpenReader, codec: Codec): AsyncIterable<Uint8Array> {
    const text = new TextDecoder().decode(await reader.read(0, reader.size));
    if (!text.startsWith(`${codec}[`) || !text.endsWith("]")) {
      throw new Error("unexpected end of file");
    }
    yield new TextEncoder().encode(text.slice(codec.length + 1, -1));
  }

  /** Makes a file, or another one in its place. */
  put(path: string, content: string | Uint8Array, modified = MODIFIED_MS): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.files.set(path, { bytes, modified });
  }

  /** What is in a file now; undefined where there is none. */
  text(path: string): string | undefined {
    const file = this.files.get(path);
    return file && new TextDecoder().decode(file.bytes);
  }

  /** Sizes by path, sorted by path. */
  sizes(): Record<string, number> {
    const sorted = [...this.files].sort(([a], [b]) => a < b ? -1 : 1);
    return Object.fromEntries(sorted.map(([path, { bytes }]) => [path, bytes.length]));
  }

  #identityOf(file: FakeFile): string {
    const known = this.#identities.get(file) ?? String(this.#identities.size);
    this.#identities.set(file, known);
    return known;
  }

  #attempt(call: "open" | "rename" | "remove", what: string): void {
    this.calls.push(`${call} ${what}`);
    const code = this.failing[call];
    if (code) throw systemError(code);
  }
}
