/**
 * Sockets on which programs tell how they are, one for each, as service managers have them.
 *
 * Neither runtime can watch such a socket. The kernel can say with a signal that there is something
 * to read, which both can hear; with nothing to read, nothing wakes up.
 *
 * @see sd_notify(3)
 */
import fs from "node:fs";
import { join } from "node:path";
import { errnoName } from "./errno.ts";
import { errno, libc } from "./libc.ts";
import { tempDirectory } from "./machine.ts";
import { bindDatagram, type Datagram, receiveDatagram, SocketError } from "./sockets.ts";
import { giveTo, withMode } from "./socket_path.ts";

export interface NotifySocket {
  /** For the program's NOTIFY_SOCKET. */
  readonly path: string;
  close(): void;
}

const F_SETFL = 4;
const F_SETOWN = 8;
const O_NONBLOCK = 0o4000;
const O_ASYNC = 0o20000;

/** What one socket may have before others, and everything else, have their turn. */
const TURN_DATAGRAMS = 32;

const readers = new Map<number, (datagram: Datagram) => void>();
let isListening = false;
let folder: string | undefined;

/** Without a handler the signal would end us: it stays for good. */
function listen(): void {
  if (isListening) return;
  isListening = true;
  process.on("SIGIO", readAll);
}

/** A signal says that some socket can be read, not which. */
function readAll(): void {
  let isMore = false;
  for (const fd of [...readers.keys()]) isMore = readSome(fd) || isMore;
  if (isMore) setImmediate(readAll);
}

/** @returns Whether there may be more. */
function readSome(fd: number): boolean {
  for (let left = TURN_DATAGRAMS; left > 0; left--) {
    const heard = readers.get(fd); // what it heard may have closed it
    const datagram = heard && receiveDatagram(fd);
    if (!datagram) return false;
    try {
      heard(datagram);
    } catch (error) {
      reportError(error); // one program's trouble is not another's
    }
  }
  return true;
}

/** Anybody may go through it, and nobody but us see what is in it. Each user can open its own. */
function folderOfSockets(): string {
  if (folder === undefined || !fs.existsSync(folder)) {
    folder = fs.mkdtempSync(join(tempDirectory(), "visor-"));
    fs.chmodSync(folder, 0o711);
  }
  return folder;
}

/**
 * Opens a socket under a name that nobody can guess, for one user only.
 *
 * @param owner Who may send; null: who we are. Root always may.
 * @throws {Error} With a `code`.
 */
export function openNotifySocket(
  owner: { readonly uid: number; readonly gid: number } | null,
  heard: (datagram: Datagram) => void,
): NotifySocket {
  const name = crypto.randomUUID().replaceAll("-", "");
  const place = { mode: 0o600, uid: -1, gid: -1, ...owner, path: join(folderOfSockets(), name) };
  const fd = withMode(place.mode, () => bindDatagram(place.path));
  readers.set(fd, heard);
  const socket: NotifySocket = {
    path: place.path,
    close() {
      if (!readers.delete(fd)) return;
      libc().close(fd);
      fs.rmSync(place.path, { force: true });
      if (readers.size === 0) removeFolder();
    },
  };
  try {
    giveTo(place, place.path);
    announceReadable(fd);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** From now on a signal says when there is something to read. @throws {SocketError} */
function announceReadable(fd: number): void {
  const { fcntl } = libc();
  listen();
  const isSet = fcntl(fd, F_SETOWN, process.pid) >= 0 &&
    fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) >= 0;
  if (!isSet) throw new SocketError(errnoName(errno()), "cannot watch a socket");
}

function removeFolder(): void {
  try {
    if (folder !== undefined) fs.rmdirSync(folder);
  } catch {
    return; // somebody has put something there
  }
  folder = undefined;
}
