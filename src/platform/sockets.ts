/** Sockets that the runtimes cannot make: datagrams on a path, and listeners for children. */
import fs from "node:fs";
import { cString } from "./ffi.ts";
import { errnoName } from "./errno.ts";
import { copyMemory, errno, libc } from "./libc.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const MSG_NOSIGNAL = 0x4000;

/** The most that `sun_path` holds, with its final NUL. */
const UNIX_PATH_BYTES = 108;

/** What the system said no to. `code` is the name of the error number. */
export class SocketError extends Error {
  override readonly name = "SocketError";
  constructor(readonly code: string, what: string) {
    super(`${what}: ${code}`);
  }
}

function failed(what: string): SocketError {
  return new SocketError(errnoName(errno()), what);
}

/** A name that starts with `@` is none in the file system: the kernel's own, without a final NUL. */
function unixAddress(path: string): Uint8Array {
  const name = cString(path);
  if (path.startsWith("@")) return abstractAddress(name.subarray(0, -1));
  if (name.length > UNIX_PATH_BYTES) throw new SocketError("ENAMETOOLONG", path);
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}

function abstractAddress(name: Uint8Array): Uint8Array {
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name.subarray(1), 3);
  return address;
}

function newSocket(family: number, type: number): number {
  const fd = libc().socket(family, type | SOCK_CLOEXEC, 0);
  if (fd < 0) throw failed("cannot make a socket");
  return fd;
}

/** Runs `task`; closes the socket if it throws. */
function guarded(fd: number, task: () => void): number {
  try {
    task();
    return fd;
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

/** A datagram socket connected with a path, e.g. /dev/log. @throws {SocketError} */
export function connectDatagram(path: string): number {
  const address = unixAddress(path);
  const fd = newSocket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
  return guarded(fd, () => {
    if (libc().connect(fd, address, address.length) !== 0) throw failed(path);
  });
}

/** @returns false if it could not be sent now, or not at all any more. */
export function sendDatagram(fd: number, bytes: Uint8Array): boolean {
  return libc().send(fd, bytes, bytes.length, MSG_NOSIGNAL) >= 0;
}

export interface UnixListenOptions {
  readonly path: string;
  readonly mode: number;
  /** -1: unchanged. */
  readonly uid: number;
  readonly gid: number;
  readonly backlog: number;
}

/** Listens on a path; what was there is removed first. @throws {SocketError | Error} */
export function listenOnPath({ path, mode, uid, gid, backlog }: UnixListenOptions): number {
  const address = unixAddress(path);
  fs.rmSync(path, { force: true });
  const fd = newSocket(AF_UNIX, SOCK_STREAM);
  return guarded(fd, () => {
    const umask = process.umask(0o777);
    const bound = libc().bind(fd, address, address.length);
    const reason = errno();
    process.umask(umask);
    if (bound !== 0) throw new SocketError(errnoName(reason), path);
    if (uid >= 0 || gid >= 0) fs.chownSync(path, uid, gid);
    fs.chmodSync(path, mode);
    if (libc().listen(fd, backlog) !== 0) throw failed(path);
  });
}

/** Listens on an IPv4 address. An empty host is every interface. @throws {SocketError} */
export function listenOnPort(host: string, port: number, backlog: number): number {
  const address = inetAddress(host, port);
  const fd = newSocket(AF_INET, SOCK_STREAM);
  return guarded(fd, () => {
    const on = new Uint8Array(new Int32Array([1]).buffer);
    libc().setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, on.length);
    if (libc().bind(fd, address, address.length) !== 0) throw failed(`${host}:${port}`);
    if (libc().listen(fd, backlog) !== 0) throw failed(`${host}:${port}`);
  });
}

/** Offsets in `struct addrinfo`, the same in glibc and musl on 64-bit Linux. */
const ADDRINFO = { family: 4, socktype: 8, addressLength: 16, address: 24, bytes: 48 } as const;

/** A `struct sockaddr_in`. */
function inetAddress(host: string, port: number): Uint8Array {
  const hints = new Uint8Array(ADDRINFO.bytes);
  const view = new DataView(hints.buffer);
  view.setInt32(ADDRINFO.family, AF_INET, true);
  view.setInt32(ADDRINFO.socktype, SOCK_STREAM, true);
  const found = new BigUint64Array(1);
  const node = cString(host === "" || host === "*" ? "0.0.0.0" : host);
  const result = new Uint8Array(found.buffer);
  if (libc().getaddrinfo(node, cString(String(port)), hints, result) !== 0) {
    throw new SocketError("ENOTFOUND", host);
  }
  const list = Number(found[0]!);
  const info = new DataView(copyMemory(list, ADDRINFO.bytes).buffer);
  const length = info.getUint32(ADDRINFO.addressLength, true);
  const address = copyMemory(Number(info.getBigUint64(ADDRINFO.address, true)), length);
  libc().freeaddrinfo(list);
  return address;
}
