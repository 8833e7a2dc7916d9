/** Paths that stand for descriptors, such as /dev/stdout. */
import fs from "node:fs";
import { dirname, resolve } from "node:path";

/** Without the number of a process, one of our own. */
const DESCRIPTOR = /^\/(?:dev\/fd|proc\/(self|thread-self|\d+)\/fd)\/(\d+)$/;
const STANDARD: ReadonlyMap<string, number> = new Map([
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
]);
/** More links than any log is behind. */
const MOST_LINKS = 8;

/**
 * The descriptor that a path like /dev/stdout or /dev/fd/3 stands for, also by way of links;
 * undefined for others. Those of process 1 are ours only if we are process 1.
 */
export function ownDescriptor(path: string): number | undefined {
  let target: string | undefined = resolve(path);
  for (let links = 0; target !== undefined && links < MOST_LINKS; links++) {
    const fd = descriptorNamed(target);
    if (fd !== undefined) return fd;
    target = linkAt(target);
  }
  return undefined;
}

function descriptorNamed(path: string): number | undefined {
  const match = DESCRIPTOR.exec(path);
  if (!match) return STANDARD.get(path);
  const [, owner, number] = match;
  const isOurs = !/^\d/.test(owner ?? "") || Number(owner) === process.pid;
  return isOurs ? Number(number) : undefined;
}

function linkAt(path: string): string | undefined {
  try {
    return resolve(dirname(path), fs.readlinkSync(path));
  } catch {
    return undefined; // no link
  }
}

/** Whether a path names a descriptor, ours or another process's. */
export function isDescriptor(path: string): boolean {
  return DESCRIPTOR.test(resolve(path)) || ownDescriptor(path) !== undefined;
}

/** Whether what is written there cannot be read back. A descriptor is no file of ours, whoever's. */
export function isStream(path: string): boolean {
  if (isDescriptor(path)) return true;
  try {
    return !fs.statSync(path).isFile();
  } catch {
    return false; // not there yet: it will be a file
  }
}
