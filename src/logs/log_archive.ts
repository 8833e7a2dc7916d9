/**
 * Compresses rotated logs, one at a time and beside everything else.
 *
 * While it is made, the compressed log has a name that nobody takes for a log; then it gets its own,
 * and only then the plain one goes. A crash in between leaves one of the two, or both: the next
 * rotation goes on from there.
 */
import type { Codec } from "../platform/log_compression.ts";
import type { LogFiles } from "../platform/log_files.ts";
import { SUFFIXES } from "./backups.ts";
import { reasonOf } from "./losses.ts";

export interface ArchiveJob {
  readonly path: string;
  readonly backups: number;
  readonly codec: Codec;
}

/** Told once for each log, until it works again. */
export type OnArchiveTrouble = (path: string, reason: string) => void;

export class LogArchive {
  readonly #files: LogFiles;
  readonly #onTrouble: OnArchiveTrouble;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, ArchiveJob>();
  readonly #inTrouble = new Set<string>();
  #working: Promise<void> | null = null;

  constructor(files: LogFiles, onTrouble: OnArchiveTrouble) {
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /** Compresses what there is of plain old ones, soon. */
  add(job: ArchiveJob): void {
    if (this.#abort.signal.aborted) return;
    this.#waiting.set(job.path, job);
    this.#working ??= this.#work();
  }

  /** Gives up what is not done. Resolves when no file is touched any more. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#waiting.clear();
    await this.#working;
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // whoever rotates is not done yet
    for (const job of this.#waiting.values()) {
      this.#waiting.delete(job.path);
      await this.#compressAll(job);
    }
    this.#working = null;
  }

  /** The latest first: it stays for the longest time. */
  async #compressAll(job: ArchiveJob): Promise<void> {
    const left = new Set<string>();
    try {
      for (let next; (next = this.#nextPlain(job, left)) !== undefined;) {
        left.add(next.identity);
        await this.#compress(job, next.path);
      }
      this.#inTrouble.delete(job.path);
    } catch (error) {
      this.#discardPart(job);
      if (this.#abort.signal.aborted || this.#inTrouble.has(job.path)) return;
      this.#inTrouble.add(job.path);
      this.#onTrouble(job.path, reasonOf(error));
    }
  }

  #nextPlain({ path, backups }: ArchiveJob, left: ReadonlySet<string>) {
    if (this.#abort.signal.aborted) return undefined;
    for (let n = 1; n <= backups; n++) {
      const identity = this.#files.identity(`${path}.${n}`);
      if (identity !== undefined && !left.has(identity)) return { path: `${path}.${n}`, identity };
    }
  }

  async #compress(job: ArchiveJob, from: string): Promise<void> {
    const { codec } = job;
    const done = await this.#files.compress(from, partOf(job), codec, this.#abort.signal);
    const now = done === undefined ? undefined : this.#whereIs(job, done);
    if (now === undefined) return this.#files.remove(partOf(job)); // written to, or gone, meanwhile
    this.#files.rename(partOf(job), now + SUFFIXES[codec]);
    this.#files.remove(now);
  }

  /** Where that fails, too, the next try replaces it. */
  #discardPart(job: ArchiveJob): void {
    try {
      this.#files.remove(partOf(job));
    } catch {
      // told of is what came before
    }
  }

  /** It may have been rotated on. */
  #whereIs({ path, backups }: ArchiveJob, identity: string): string | undefined {
    for (let n = 1; n <= backups; n++) {
      if (this.#files.identity(`${path}.${n}`) === identity) return `${path}.${n}`;
    }
  }
}

function partOf({ path }: ArchiveJob): string {
  return `${path}.compressing`;
}
