/** Reading the parts of a log: which of them, from where on, and line by line. */
import { type LogLine, LogLines, type Window } from "./log_lines.ts";
import type { LogPart } from "./log_parts.ts";

export interface ReadOptions {
  readonly hasTimes: boolean;
  readonly window: Window;
  /** The last so many; null: all. */
  readonly lines: number | null;
  /** Lets others have their turn. */
  readonly turn: () => Promise<void>;
}

/**
 * The parts that may have something of a window: what was written last before it began has nothing,
 * and neither has what was begun, as the part before it was at its end, after it was over.
 */
export function partsWithin(
  parts: readonly LogPart[],
  { since, until }: Window,
): readonly LogPart[] {
  return parts.filter(({ modified }, i) =>
    modified >= since && (i === 0 || parts[i - 1]!.modified <= until)
  );
}

/** Batches of lines, the oldest first. One may be empty: others have had their turn. */
export async function* readParts(
  parts: readonly LogPart[],
  lines: LogLines,
  options: ReadOptions,
): AsyncGenerator<readonly LogLine[]> {
  const { from, skip } = await lastLines(parts, options);
  let left = skip;
  for (const part of parts.slice(from)) {
    for await (const piece of part.pieces()) {
      const batch = lines.push(piece);
      let first = 0;
      for (; left > 0 && first < batch.length; first++) if (batch[first]!.isWhole) left--;
      yield batch.slice(first);
      await options.turn();
    }
  }
}

/** Where the last so many lines begin: with which part, and after how many of its lines. */
async function lastLines(
  parts: readonly LogPart[],
  options: ReadOptions,
): Promise<{ readonly from: number; readonly skip: number }> {
  const { lines } = options;
  if (lines === null) return { from: 0, skip: 0 };
  if (lines === 0) return { from: parts.length, skip: 0 };
  let found = 0;
  for (let from = parts.length - 1; from >= 0; from--) {
    found += await countLines(parts[from]!, from === parts.length - 1, options);
    if (found >= lines) return { from, skip: found - lines };
  }
  return { from: 0, skip: 0 };
}

/** A line that goes on in the next part is counted there; at the very end there is none. */
async function countLines(part: LogPart, isLast: boolean, options: ReadOptions): Promise<number> {
  const lines = new LogLines(options.hasTimes, options.window);
  let count = 0;
  for await (const piece of part.pieces()) {
    count += wholeIn(lines.push(piece));
    await options.turn();
  }
  return count + (isLast && lines.flush().length > 0 ? 1 : 0);
}

function wholeIn(batch: readonly LogLine[]): number {
  return batch.reduce((count, { isWhole }) => count + (isWhole ? 1 : 0), 0);
}
