/** Reading the parts of a log: which of them, from where on, and line by line. */
import { type LogLine, LogLines, type Window } from "./log_lines.ts";
import type { LogPart } from "./log_parts.ts";
import type { LogReader } from "./read_log.ts";

export interface ReadOptions {
  readonly hasTimes: boolean;
  readonly window: Window;
  /** The last so many; null: all. */
  readonly lines: number | null;
  /** Lets others have their turn. */
  readonly turn: () => Promise<void>;
}

/**
 * The parts that may have something of a window: what was written last before it began has nothing.
 * Where lines have no times, neither has what was begun, as the part before it was at its end, after
 * the window was over.
 */
export function partsWithin(
  parts: readonly LogPart[],
  { since, until }: Window,
  hasTimes: boolean,
): readonly LogPart[] {
  const isBegun = (i: number) => hasTimes || i === 0 || parts[i - 1]!.modified <= until;
  return parts.filter(({ modified }, i) => modified >= since && isBegun(i));
}

/** Batches of lines, the oldest first. One may be empty: others have had their turn. */
export async function* readParts(
  parts: readonly LogPart[],
  lines: LogLines,
  options: ReadOptions,
): AsyncGenerator<readonly LogLine[]> {
  const { part: from, offset, skip } = await lastLines(parts, options);
  let left = skip;
  for (const [i, part] of parts.slice(from).entries()) {
    for await (const piece of part.pieces(i === 0 ? offset : 0)) {
      const batch = lines.push(piece);
      let first = 0;
      for (; left > 0 && first < batch.length; first++) if (batch[first]!.isWhole) left--;
      yield batch.slice(first);
      await options.turn();
    }
  }
}

/** Where reading begins: with which part, at which byte of it, and after how many of its lines. */
interface Beginning {
  readonly part: number;
  readonly offset: number;
  readonly skip: number;
}

async function lastLines(parts: readonly LogPart[], options: ReadOptions): Promise<Beginning> {
  if (options.lines === null) return { part: 0, offset: 0, skip: 0 };
  let wanted = options.lines;
  for (let part = parts.length - 1; part >= 0 && wanted > 0; part--) {
    const isLast = part === parts.length - 1;
    const { plain } = parts[part]!;
    const { found, offset } = plain && isEverything(options.window)
      ? await scanBack(plain, wanted, isLast, options.turn)
      : { found: await countLines(parts[part]!, isLast, options), offset: 0 };
    if (found >= wanted) return { part, offset, skip: found - wanted };
    wanted -= found;
  }
  return { part: wanted === 0 ? parts.length : 0, offset: 0, skip: 0 };
}

function isEverything({ since, until }: Window): boolean {
  return since === -Infinity && until === Infinity;
}

const LINE_FEED = 10;
const SCAN_BYTES = 65_536;

/**
 * Looks for the beginning of the last `wanted` lines from the end on. A line that goes on in the
 * next part was found there; what is at the very end is a line without an end, too.
 */
async function scanBack(
  { size, read }: LogReader,
  wanted: number,
  isLast: boolean,
  turn: () => Promise<void>,
): Promise<{ readonly found: number; readonly offset: number }> {
  const hasTail = isLast && size > 0 && read(size - 1, 1)[0] !== LINE_FEED;
  const ends = wanted - (hasTail ? 1 : 0);
  let seen = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - SCAN_BYTES);
    const bytes = read(start, end - start);
    for (let at = bytes.length; (at = bytes.lastIndexOf(LINE_FEED, at - 1)) >= 0;) {
      if (seen++ === ends) return { found: wanted, offset: start + at + 1 };
      if (at === 0) break;
    }
    end = start;
    await turn();
  }
  return { found: seen + (hasTail ? 1 : 0), offset: 0 };
}

/** As `scanBack`, where lines have to be looked at one by one. */
async function countLines(part: LogPart, isLast: boolean, options: ReadOptions): Promise<number> {
  const lines = new LogLines(options.hasTimes, options.window);
  let count = 0;
  for await (const piece of part.pieces()) {
    count += lines.push(piece).filter(({ isWhole }) => isWhole).length;
    await options.turn();
  }
  return count + (isLast && lines.flush().length > 0 ? 1 : 0);
}
