/** Reading logs back by offset. @see spec/control.md §5 */

/** A file as far as reading it back goes. Offsets in bytes. */
export interface LogReader {
  readonly size: number;
  /** Up to `length` bytes from `offset`. */
  read(offset: number, length: number): Uint8Array;
}

export interface Tail {
  readonly data: Uint8Array;
  /** Where to go on: the size of the file. */
  readonly offset: number;
  /** There was more between the offset asked for and what came. */
  readonly overflow: boolean;
}

/** Bytes in memory, as a log. */
export function readBytes(bytes: Uint8Array): LogReader & Disposable {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    [Symbol.dispose]: () => {},
  };
}

const NOTHING = new Uint8Array(0);

/**
 * A slice, or with a negative offset and no length the end of the log.
 *
 * @returns undefined where the two numbers contradict each other.
 */
export function readSlice(
  log: LogReader,
  offset: number,
  length: number,
): Uint8Array | undefined {
  if (offset < 0) {
    if (length !== 0) return undefined;
    const start = Math.max(0, log.size + offset);
    return log.read(start, log.size - start);
  }
  if (length < 0) return undefined;
  if (offset >= log.size) return NOTHING;
  return log.read(offset, length === 0 ? log.size - offset : Math.min(length, log.size - offset));
}

/**
 * What has come since `offset`, at most `length` bytes of it. Cases in the spec's order. A negative
 * length gives nothing, and still counts for the overflow.
 */
export function readTail(log: LogReader, offset: number, length: number): Tail {
  const { size } = log;
  const wanted = Math.max(0, length);
  const last = (count: number) => {
    const start = Math.max(0, size - count);
    return log.read(start, size - start);
  };
  if (size > offset + length) return { data: last(wanted), offset: size, overflow: true };
  if (offset + length > size) {
    const data = offset > size - 1 ? NOTHING : last(wanted);
    return { data, offset: size, overflow: false };
  }
  const start = Math.min(size, Math.max(0, offset));
  return { data: log.read(start, size - start), offset: size, overflow: false };
}
