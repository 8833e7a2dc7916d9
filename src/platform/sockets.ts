/** Sockets that the runtimes cannot make: datagrams on a path, and listeners for children. */
import { addressOf, cString } from "./ffi.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { copyMemory, errno, libc } from "./libc.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_PASSCRED = 16;
const SO_PEERCRED = 17;
const MSG_TRUNC = 0x20;
const MSG_NOSIGNAL = 0x4000;

/** The most that `sun_path` holds, with its final NUL. */
export const UNIX_PATH_BYTES = 108;

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

/**
 * A datagram socket on a path on which there is nothing. Whoever sends cannot hide who it is.
 *
 * @throws {SocketError}
 */
export function bindDatagram(path: string): number {
  const address = unixAddress(path);
  const fd = newSocket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK);
  return guarded(fd, () => {
    const on = new Uint8Array(new Int32Array([1]).buffer);
    libc().setsockopt(fd, SOL_SOCKET, SO_PASSCRED, on, on.length);
    if (libc().bind(fd, address, address.length) !== 0) throw failed(path);
  });
}

export interface Datagram {
  /** Of the sender, as the kernel says; 0 where it cannot be seen from here. */
  readonly pid: number;
  readonly uid: number;
  /** null: it is longer than anybody needs. */
  readonly bytes: Uint8Array | null;
}

const LONGEST_DATAGRAM = 4096;
/** Offsets in `struct msghdr`, the same in glibc and musl on 64-bit little-endian Linux. */
const MSGHDR = { iov: 16, iovlen: 24, control: 32, controllen: 40, flags: 48, bytes: 56 } as const;
/** A `struct cmsghdr` with a `struct ucred`: no room for descriptors, so the kernel closes those. */
const CONTROL = { pid: 16, uid: 20, bytes: 32 } as const;

/** @param fd Of {@link bindDatagram}. @returns The next one; undefined if there is none now. */
export function receiveDatagram(fd: number): Datagram | undefined {
  const bytes = new Uint8Array(LONGEST_DATAGRAM);
  const vector = new BigUint64Array([BigInt(addressOf(bytes)), BigInt(bytes.length)]);
  const control = new DataView(new ArrayBuffer(CONTROL.bytes));
  const controlBytes = new Uint8Array(control.buffer);
  const vectorBytes = new Uint8Array(vector.buffer);
  const header = new DataView(new ArrayBuffer(MSGHDR.bytes));
  header.setBigUint64(MSGHDR.iov, BigInt(addressOf(vectorBytes)), true);
  header.setBigUint64(MSGHDR.iovlen, 1n, true);
  header.setBigUint64(MSGHDR.control, BigInt(addressOf(controlBytes)), true);
  header.setBigUint64(MSGHDR.controllen, BigInt(CONTROL.bytes), true);
  const count = libc().recvmsg(fd, new Uint8Array(header.buffer), 0);
  if (count < 0) return undefined;
  const isCut = (header.getInt32(MSGHDR.flags, true) & MSG_TRUNC) !== 0;
  return {
    pid: control.getInt32(CONTROL.pid, true),
    uid: control.getUint32(CONTROL.uid, true),
    bytes: isCut ? null : bytes.subarray(0, count),
  };
}

/**
 * The process that listens on a unix socket.
 *
 * @returns Its pid; null where that cannot be seen, as from another PID namespace, or where the
 * socket does not let us in; undefined if nobody listens.
 */
export function listenerOf(path: string): number | null | undefined {
  const address = unixAddress(path);
  const fd = newSocket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
  try {
    if (libc().connect(fd, address, address.length) !== 0) {
      return NOBODY.has(errno()) ? undefined : null;
    }
    const credentials = new Int32Array(3); // struct ucred: pid, uid, gid
    const bytes = new Uint8Array(credentials.buffer);
    const size = new Uint8Array(new Uint32Array([bytes.length]).buffer);
    libc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, bytes, size);
    return credentials[0] || null;
  } finally {
    libc().close(fd);
  }
}

const NOBODY: ReadonlySet<number> = new Set([ERRNO.ECONNREFUSED, ERRNO.ENOENT]);

/** Listens on a path on which there is nothing. @throws {SocketError} */
export function listenOnPath(path: string, backlog: number): number {
  const address = unixAddress(path);
  const fd = newSocket(AF_UNIX, SOCK_STREAM);
  return guarded(fd, () => {
    if (libc().bind(fd, address, address.length) !== 0) throw failed(path);
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
