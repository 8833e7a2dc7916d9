/** Questions about files that have a yes, a no, or nothing for an answer. */
import { Buffer } from "node:buffer";
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

const PIECE_BYTES = 16 * 1024;

/**
 * A file as it is at this moment. Pipes and devices, which could be waited for, are not read.
 *
 * @throws {Error} With a `code`: node's, `NOT_A_FILE`, or `TOO_LARGE` for more bytes than `most`.
 */
export function readSmallFile(path: string, most: number): Uint8Array {
  const { O_RDONLY, O_NONBLOCK } = fs.constants;
  const fd = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    if (!fs.fstatSync(fd).isFile()) throw failure("NOT_A_FILE", path);
    const pieces: Uint8Array[] = [];
    for (let length = 0;;) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = fs.readSync(fd, piece);
      if (count === 0) return Buffer.concat(pieces);
      length += count;
      if (length > most) throw failure("TOO_LARGE", path);
      pieces.push(piece.subarray(0, count));
    }
  } finally {
    fs.closeSync(fd);
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
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
