/** A lock on a folder, for what cannot be done in one system call. */
import fs from "node:fs";
import { ERRNO } from "./errno.ts";
import { cString } from "./ffi.ts";
import { errno, libc } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;
const TRIES = 100;
const PAUSE_MS = 20;

/**
 * Waits until no other daemon has it, but not for ever: anybody who may read the folder may hold
 * it. Where there is no such lock, as on some file systems, all goes on without.
 *
 * @returns Lets go.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const c = libc();
  const fd = c.open(cString(folder), fs.constants.O_DIRECTORY, 0);
  if (fd < 0) return () => {};
  for (let tries = 0; tries < TRIES; tries++) {
    if (c.flock(fd, LOCK_EX | LOCK_NB) === 0 || errno() !== ERRNO.EAGAIN) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return () => void c.close(fd);
}
