/** Old logs by their numbers: `LOG.1` is the latest, and compressed it is `LOG.1.gz` or `LOG.1.zst`. */
import type { Codec } from "../platform/log_compression.ts";
import type { LogFiles } from "../platform/log_files.ts";
import { reasonOf } from "./losses.ts";

export const SUFFIXES: Readonly<Record<Codec, string>> = { gzip: ".gz", zstd: ".zst" };

export interface Backups {
  readonly path: string;
  /** How many are kept; 0 or less: none. */
  readonly backups: number;
  /** Whether names of compressed ones count. */
  readonly isCompressed?: boolean;
}

/**
 * Moves every old log up by one, and the log to 1. The oldest goes, in whatever form.
 *
 * @throws {Error} With node's `code`. What was moved until then stays moved.
 */
export function shiftBackups(
  files: LogFiles,
  { path, backups, isCompressed = false }: Backups,
): void {
  if (backups <= 0) return files.remove(path);
  const suffixes = isCompressed ? ["", ...Object.values(SUFFIXES)] : [""];
  // One that takes a number must not meet another form of what had it before.
  if (isCompressed) { for (const suffix of suffixes) files.remove(`${path}.${backups}${suffix}`); }
  for (let n = backups - 1; n >= 1; n--) {
    for (const suffix of suffixes) {
      renameIfThere(files, `${path}.${n}${suffix}`, `${path}.${n + 1}${suffix}`);
    }
  }
  renameIfThere(files, path, `${path}.1`);
}

function renameIfThere(files: LogFiles, from: string, to: string): void {
  try {
    files.rename(from, to);
  } catch (error) {
    if (reasonOf(error) !== "ENOENT") throw error;
  }
}

/** An old log, or with number 0 the one that is written. */
export interface LogFileName {
  readonly path: string;
  readonly number: number;
  /** null: it is not compressed. */
  readonly codec: Codec | null;
}

/**
 * A log and its old ones as far as they are there, the oldest first. Of a number that is there in two
 * forms, as after a crash while it was compressed, the plain one.
 *
 * @throws {Error} With node's `code`, if the folder cannot be read.
 */
export function listLogs(files: LogFiles, path: string): readonly LogFileName[] {
  const slash = path.lastIndexOf("/") + 1;
  const [folder, base] = [path.slice(0, slash) || ".", path.slice(slash)];
  const found = new Map<number, LogFileName>();
  for (const name of files.list(folder)) {
    const entry = name.startsWith(base) ? readEnding(name.slice(base.length)) : undefined;
    if (!entry || (entry.codec !== null && found.has(entry.number))) continue;
    found.set(entry.number, { ...entry, path: path + name.slice(base.length) });
  }
  return [...found.values()].sort((a, b) => b.number - a.number);
}

function readEnding(ending: string): Omit<LogFileName, "path"> | undefined {
  if (ending === "") return { number: 0, codec: null };
  const match = /^\.([1-9]\d{0,8})(\.gz|\.zst)?$/.exec(ending);
  if (!match) return undefined;
  const [, number, suffix] = match;
  const codec = suffix === undefined ? null : suffix === SUFFIXES.gzip ? "gzip" : "zstd";
  return { number: Number(number), codec };
}
