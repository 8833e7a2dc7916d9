/** Putting a unix socket where it can be found: complete, at once, and over nobody else's. */
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./errno.ts";
import { cString } from "./ffi.ts";
import { lockFolder } from "./folder_lock.ts";
import { libc } from "./libc.ts";
import { listenerOf, listenOnPath, SocketError, UNIX_PATH_BYTES } from "./sockets.ts";

/** How a socket looks from outside. */
export interface SocketPlace {
  readonly path: string;
  readonly mode: number;
  /** -1: unchanged. */
  readonly uid: number;
  readonly gid: number;
}

/** Somebody listens on a path, or what is there is not to be removed. */
export class PathTaken extends Error {
  override readonly name = "PathTaken";
  constructor(
    readonly code: "EADDRINUSE" | "EEXIST",
    path: string,
    /** Of who listens; null where that cannot be seen. */
    readonly pid: number | null = null,
  ) {
    super(`${path} is taken`);
  }
}

/**
 * A name for a socket to be made under, beside its path, that nobody knows. No longer than the path
 * if that can be: the system allows few bytes.
 *
 * @throws {SocketError} `ENAMETOOLONG`: on such a path nobody could connect.
 */
export function nameBeside(path: string): string {
  if (cString(path).length > UNIX_PATH_BYTES) throw new SocketError("ENAMETOOLONG", path);
  const letters = Math.max(5, Math.min(basename(path).length - 1, 12));
  return join(dirname(path), `.${crypto.randomUUID().replaceAll("-", "").slice(0, letters)}`);
}

/** Makes a socket that has its mode from the first moment. @param bind Must make it at once. */
export function withMode<T>(mode: number, bind: () => T): T {
  const umask = process.umask(0o777 & ~mode);
  try {
    return bind();
  } finally {
    process.umask(umask);
  }
}

/** Gives away what was made {@link withMode}, while nobody knows its name yet. */
export function giveTo({ mode, uid, gid }: SocketPlace, name: string): void {
  if (uid >= 0 || gid >= 0) fs.lchownSync(name, uid, gid);
  if ((mode & ~0o777) !== 0) fs.chmodSync(name, mode);
}

/**
 * Gives a socket its path. A socket on which nobody listens is removed for it, and a link that leads
 * to none; nothing else is.
 *
 * @throws {PathTaken}
 */
export async function takePath(
  name: string,
  path: string,
  onStale: (path: string) => void,
): Promise<void> {
  if (linked(name, path)) return;
  // Two who find the same stale socket must not remove each other's new one.
  const unlock = await lockFolder(dirname(path));
  try {
    for (let tries = 0; tries < 3; tries++) {
      const isThere = holdsSocket(path);
      const pid = leadsToSocket(path) ? listenerOf(path) : undefined;
      if (pid !== undefined) throw new PathTaken("EADDRINUSE", path, pid);
      if (isThere) onStale(path);
      fs.rmSync(path, { force: true });
      if (linked(name, path)) return;
    }
  } finally {
    unlock();
  }
  throw new PathTaken("EADDRINUSE", path);
}

/**
 * Listens on a path, for children to accept. A socket that is there is replaced whether somebody
 * listens on it or not: processes that a killed daemon left behind may hold it.
 *
 * @throws {PathTaken | SocketError | Error} With a `code`.
 */
export function unixListener(place: SocketPlace, backlog: number): number {
  const { path, mode } = place;
  const name = nameBeside(path);
  const fd = withMode(mode, () => listenOnPath(name, backlog));
  try {
    giveTo(place, name);
    holdsSocket(path);
    fs.renameSync(name, path);
    return fd;
  } catch (error) {
    libc().close(fd);
    fs.rmSync(name, { force: true });
    throw error;
  }
}

/** A link that leads to a socket, or to nothing, counts as one. @throws {PathTaken} `EEXIST` */
function holdsSocket(path: string): boolean {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isSocket() && !found.isSymbolicLink()) throw new PathTaken("EEXIST", path);
  return found !== undefined;
}

/** Not so where the system does not let us follow a link, as one that another user planted. */
function leadsToSocket(path: string): boolean {
  try {
    return fs.statSync(path).isSocket();
  } catch {
    return false;
  }
}

/** @returns false where something is: unlike a rename, a link never replaces. */
export function linked(name: string, path: string): boolean {
  try {
    fs.linkSync(name, path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return false;
    // A file system without links, or a socket given to somebody else, without CAP_FOWNER.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    if (fs.lstatSync(path, { throwIfNoEntry: false })) return false;
    fs.renameSync(name, path);
    return true;
  }
}
