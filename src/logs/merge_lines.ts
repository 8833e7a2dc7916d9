/** Lines of several logs as one stream. */
import type { LogLine } from "./log_lines.ts";

export interface NamedLine extends LogLine {
  readonly name: string;
}

export interface LineSource {
  readonly name: string;
  readonly batches: AsyncIterator<readonly LogLine[]>;
}

/** One source after the other. */
export async function* inTurn(
  sources: readonly LineSource[],
): AsyncGenerator<readonly NamedLine[]> {
  try {
    for (const { name, batches } of sources) {
      for (let next = await batches.next(); !next.done; next = await batches.next()) {
        yield next.value.map((line) => ({ ...line, name }));
      }
    }
  } finally {
    close(sources);
  }
}

function close(sources: readonly LineSource[]): void {
  for (const { batches } of sources) void batches.return?.();
}

/** One source with the lines of it that have not been taken. */
interface Cursor extends LineSource {
  batch: readonly LogLine[];
  at: number;
}

/**
 * By time; of each source the lines stay in order. What has no time goes with what is before it, so
 * that it comes first where nothing is.
 */
export async function* byTime(
  sources: readonly LineSource[],
): AsyncGenerator<readonly NamedLine[]> {
  try {
    yield* merged(sources);
  } finally {
    close(sources);
  }
}

async function* merged(sources: readonly LineSource[]): AsyncGenerator<readonly NamedLine[]> {
  const filled = await Promise.all(sources.map((source) => fill({ ...source, batch: [], at: 0 })));
  const cursors = new Set(filled.filter((cursor) => cursor !== null));
  while (cursors.size > 0) {
    const lines: NamedLine[] = [];
    const empty = takeUntilOneIsEmpty(cursors, lines);
    yield lines;
    if (await fill(empty) === null) cursors.delete(empty);
  }
}

/** @returns null at its end. */
async function fill(cursor: Cursor): Promise<Cursor | null> {
  while (cursor.at >= cursor.batch.length) {
    const { done, value } = await cursor.batches.next();
    if (done) return null;
    cursor.batch = value;
    cursor.at = 0;
  }
  return cursor;
}

/** @returns The source of which the next line has to be read before anything else can be told. */
function takeUntilOneIsEmpty(cursors: ReadonlySet<Cursor>, lines: NamedLine[]): Cursor {
  for (;;) {
    let first: Cursor | undefined;
    for (const cursor of cursors) {
      if (!first || timeOf(cursor) < timeOf(first)) first = cursor;
    }
    lines.push({ ...first!.batch[first!.at++]!, name: first!.name });
    if (first!.at === first!.batch.length) return first!;
  }
}

function timeOf({ batch, at }: Cursor): number {
  return batch[at]!.time ?? -Infinity;
}
