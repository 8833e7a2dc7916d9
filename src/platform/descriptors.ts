/** Descriptors that a program finds, or must not find, when it starts. */
import fs from "node:fs";
import { cString } from "./ffi.ts";
import { libc, systemCall } from "./libc.ts";
import { getLimit } from "./limits.ts";

const O_RDWR = 2;
const F_DUPFD_CLOEXEC = 1030;
const F_GETFD = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const CLOSE_RANGE_CLOEXEC = 4;
/** The same number on every architecture. */
const SYS_CLOSE_RANGE = 436;
const LAST_DESCRIPTOR = 2 ** 32 - 1;

const STANDARD = [0, 1, 2] as const;

/**
 * Makes sure that 0, 1 and 2 are open, so that no pipe of a child gets one of these numbers, and
 * that nothing else is handed on to a child: also not what our caller left open.
 */
export function secureDescriptors(): void {
  const c = libc();
  for (const fd of STANDARD) {
    if (c.fcntl(fd, F_GETFD, 0) < 0) openNull(fd);
  }
  if (closeAllOnExec()) return;
  for (const fd of openDescriptors().keys()) if (fd > 2) c.fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/** Our descriptors and what they are, e.g. `pipe:[4711]`; none where there is no /proc to ask. */
export function openDescriptors(): ReadonlyMap<number, string> {
  const folder = "/proc/self/fd";
  const found = new Map<number, string>();
  if (!fs.existsSync(folder)) return found;
  for (const name of fs.readdirSync(folder)) {
    try {
      found.set(Number(name), fs.readlinkSync(`${folder}/${name}`));
    } catch {
      // the one that listed the folder
    }
  }
  return found;
}

/**
 * Marks everything but 0, 1 and 2. To be asked again before each start of a child: not every
 * descriptor that a runtime opens for itself is marked.
 *
 * @returns false where the kernel does not have this, or a sandbox forbids it.
 */
export function closeAllOnExec(): boolean {
  return systemCall(SYS_CLOSE_RANGE, 3, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC) === 0;
}

/**
 * How many more can be opened, at most. The system gives the lowest free number, so that all below
 * it are taken; how many above it are, is not asked.
 */
export function descriptorsLeft(): number {
  const c = libc();
  const free = c.fcntl(1, F_DUPFD_CLOEXEC, 0);
  if (free < 0) return 0;
  c.close(free);
  return getLimit("NOFILE").soft - free;
}

/** Points descriptors at the null device. */
export function redirectToNull(descriptors: readonly number[]): void {
  for (const fd of descriptors) openNull(fd);
}

function openNull(fd: number): void {
  const c = libc();
  const opened = c.open(cString("/dev/null"), O_RDWR, 0);
  if (opened === fd || opened < 0) return;
  c.dup2(opened, fd);
  c.close(opened);
}
