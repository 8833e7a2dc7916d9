/** A file that others look for at its path, put back when it vanishes. */
import fs from "node:fs";
import type { Clock } from "./clock.ts";
import { errorCode } from "./errno.ts";

/** What is at a path. */
export type Presence = "ours" | "missing" | "foreign";

/** It is back; somebody else has its place; or it is gone and cannot be put back for now. */
export type KeptNews =
  | { readonly type: "restored" | "taken" }
  | { readonly type: "lost"; readonly reason: string };

export interface KeptFile {
  readonly path: string;
  look(): Presence;
  /** @throws {Error} Also where something is there by now. */
  restore(): void | Promise<void>;
  /** Trouble is told once, until it is over. */
  told(news: KeptNews): void;
}

/**
 * Calls back when what is at a path changes, is replaced or goes.
 *
 * @returns Ends it. @throws {Error} With node's `code`.
 */
export type Watch = (path: string, changed: () => void) => () => void;

/** Whoever removes a file may be about to put another there; and two may fight over the path. */
const SETTLE_MS = 500;
const LONGEST_MS = 30_000;

/**
 * The file itself is watched, not its folder, in which others may be busy. Nothing polls but after
 * trouble, when there is no file to watch.
 */
export class FileKeeper {
  readonly #file: KeptFile;
  readonly #clock: Clock;
  readonly #watch: Watch;
  #stopWatching: () => void = () => {};
  #cancel: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();
  #delayMs = SETTLE_MS;
  #inTrouble = false;
  #closed = false;

  constructor(file: KeptFile, clock: Clock, watch: Watch = watchFile) {
    this.#file = file;
    this.#clock = clock;
    this.#watch = watch;
    this.#look();
  }

  /** Resolves when the file is not touched any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    this.#cancel?.();
    await this.#looking;
  }

  /** Not watched meanwhile: one look is enough for many changes. */
  #lookIn(ms: number): void {
    this.#stopWatching();
    this.#stopWatching = () => {};
    if (this.#closed) return;
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = null;
      this.#look();
    });
  }

  #look(): void {
    const { path } = this.#file;
    const before = inodeOf(path);
    const presence = this.#file.look();
    if (presence === "missing") {
      this.#looking = this.#restore();
      return;
    }
    const isWatched = this.#startWatching();
    if (inodeOf(path) !== before) return this.#lookIn(SETTLE_MS);
    if (presence === "ours") return this.#recovered();
    this.#tellTrouble({ type: "taken" });
    if (!isWatched) this.#lookIn(LONGEST_MS);
  }

  async #restore(): Promise<void> {
    try {
      await this.#file.restore();
    } catch (error) {
      this.#tellTrouble({ type: "lost", reason: errorCode(error) ?? (error as Error).message });
      this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_MS);
      return this.#lookIn(this.#delayMs);
    }
    this.#recovered();
    this.#file.told({ type: "restored" });
    this.#lookIn(SETTLE_MS);
  }

  /** @returns false where that is not allowed, or there is nothing. */
  #startWatching(): boolean {
    try {
      this.#stopWatching = this.#watch(this.#file.path, () => this.#lookIn(SETTLE_MS));
      return true;
    } catch {
      return false;
    }
  }

  #recovered(): void {
    this.#inTrouble = false;
    this.#delayMs = SETTLE_MS;
  }

  #tellTrouble(news: KeptNews): void {
    if (!this.#inTrouble) this.#file.told(news);
    this.#inTrouble = true;
  }
}

function watchFile(path: string, changed: () => void): () => void {
  const watcher = fs.watch(path, changed);
  watcher.on("error", changed);
  return () => watcher.close();
}

/** @param own The inode of the file that we made. */
export function presenceOf(path: string, own: number | undefined): Presence {
  const found = inodeOf(path);
  if (found === undefined) return "missing";
  return found === own ? "ours" : "foreign";
}

/** Of what is at a path, links not followed; undefined also where we may not look. */
export function inodeOf(path: string): number | undefined {
  try {
    return fs.lstatSync(path).ino;
  } catch {
    return undefined;
  }
}

/** Removes the file that we made, as far as we may. @param own Its inode. */
export function removeOwn(path: string, own: number | undefined): void {
  if (presenceOf(path, own) !== "ours") return;
  try {
    fs.rmSync(path);
  } catch {
    // gone meanwhile, or its folder is not ours to write in any more
  }
}
