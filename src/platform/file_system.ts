/** Questions about files that have a yes, a no, or nothing for an answer. */
import fs from "node:fs";

/** False also where the system will not say. */
export function exists(path: string): boolean {
  return attempt(() => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined, false);
}

export function isDirectory(path: string): boolean {
  return attempt(() => fs.statSync(path).isDirectory(), false);
}

/** A folder that cannot be listed has no names. */
export function listDirectory(path: string): readonly string[] {
  return attempt(() => fs.readdirSync(path), []);
}

/** @throws {Error} With node's `code`. */
export function readFile(path: string): Uint8Array {
  return fs.readFileSync(path);
}

export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Of what a path leads to; undefined where there is nothing. */
export function ownership(path: string): Ownership | undefined {
  return attempt(() => {
    const { uid, gid, mode } = fs.statSync(path);
    return { uid, gid, mode: mode & 0o7777 };
  }, undefined);
}

function attempt<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}
