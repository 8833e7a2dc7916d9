/**
 * Following a log as it grows: through rotation, truncation and clearing.
 *
 * What is new is read from the file when the reader asks for it, so a slow reader costs no memory.
 * The daemon says when it has written; only what others write is looked for on a timer.
 *
 * @see spec/control.md §1, "Log following"
 */
import type { Clock } from "../platform/clock.ts";
import type { LogFiles, OpenReader } from "../platform/log_files.ts";
import type { LogWatchers } from "./log_watchers.ts";
import { completeLength, danglingLength } from "./utf8_boundary.ts";

export interface FollowSurroundings {
  readonly files: LogFiles;
  readonly clock: Clock;
  readonly watchers: LogWatchers;
}

/** A log being followed. */
export interface Follower {
  /** Of the file when following began, milliseconds since 1970. */
  readonly modified: number;
  /** The next bytes, once there are some; undefined after `close`. */
  next(): Promise<Uint8Array | undefined>;
  close(): void;
}

const CHUNK_BYTES = 65_536;
/** How often to look for what others than the daemon did to the file. */
const LOOK_MS = 1000;
const TRUNCATED = new TextEncoder().encode("==> File truncated <==\n");

/**
 * @param startBytes How much of the present end comes first.
 * @returns undefined if there is no such file. @throws {Error} If it cannot be read.
 */
export function followFile(
  path: string,
  startBytes: number,
  { files, clock, watchers }: FollowSurroundings,
): Follower | undefined {
  const opened = files.openReader(path);
  if (!opened) return undefined;
  let reader: OpenReader = opened;
  let offset = Math.max(0, reader.size - startBytes);
  let atStart = offset > 0;
  let open = true;
  let wake = () => {};
  const unwatch = watchers.watch(path, () => wake());

  function read(): Uint8Array | undefined {
    const { size } = reader;
    if (size < offset) {
      offset = 0;
      return TRUNCATED;
    }
    const bytes = reader.read(offset, Math.min(CHUNK_BYTES, size - offset));
    const skipped = atStart ? danglingLength(bytes) : 0;
    const end = completeLength(bytes);
    if (bytes.length > 0) atStart = false;
    if (end <= skipped) return undefined;
    offset += end;
    return bytes.subarray(skipped, end);
  }

  /** Turns to the file that has the name now, once the old one is read to its end. */
  function reopen(): boolean {
    const current = files.identity(path);
    if (current === undefined || current === reader.identity) return false;
    const successor = files.openReader(path);
    if (!successor) return false;
    reader[Symbol.dispose]();
    reader = successor;
    offset = 0;
    return true;
  }

  function changed(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(LOOK_MS, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  return {
    modified: reader.modified,
    async next() {
      while (open) {
        const bytes = read();
        if (bytes) return bytes;
        if (!reopen()) await changed();
      }
      return undefined;
    },
    close() {
      if (!open) return;
      open = false;
      unwatch();
      reader[Symbol.dispose]();
      wake();
    },
  };
}
