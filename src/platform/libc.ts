/** The part of the C library that visor calls, opened on first use. */
import { ERRNO } from "./errno.ts";
import { type Library, LibraryError, openLibrary } from "./ffi.ts";

const SYMBOLS = {
  __errno_location: { parameters: [], result: "u64" },
  memcpy: { parameters: ["buffer", "u64", "u64"], result: "u64" },
  strlen: { parameters: ["u64"], result: "u64" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  write: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  madvise: { parameters: ["u64", "u64", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  signal: { parameters: ["i32", "u64"], result: "u64" },
  sigprocmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
  execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  posix_spawn: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i32"], result: "i32" },
  posix_spawnattr_setpgroup: { parameters: ["buffer", "i32"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  getpwnam: { parameters: ["buffer"], result: "u64" },
  getpwuid: { parameters: ["u32"], result: "u64" },
  getgrnam: { parameters: ["buffer"], result: "u64" },
  getgrgid: { parameters: ["u32"], result: "u64" },
  getgrouplist: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
  setgroups: { parameters: ["u64", "buffer"], result: "i32" },
  setgid: { parameters: ["u32"], result: "i32" },
  setuid: { parameters: ["u32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u64", "i32"], result: "i64" },
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i64" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getaddrinfo: { parameters: ["buffer", "buffer", "buffer", "buffer"], result: "i32" },
  freeaddrinfo: { parameters: ["u64"], result: "void" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64", "i64"], result: "i64" },
} as const;

/** glibc's name first, then musl's on each architecture. */
const LIBRARIES = [
  "libc.so.6",
  "libc.musl-x86_64.so.1",
  "libc.musl-aarch64.so.1",
];

const NO_CODE =
  "Cannot call the C library: this process may not make code while it runs. It needs " +
  "memory that is writable and executable (MemoryDenyWriteExecute= of systemd forbids that), and " +
  "4 GB of address space (ulimit -v)";

let opened: Library<typeof SYMBOLS> | undefined;

/** @throws {LibraryError} */
export function libc(): Library<typeof SYMBOLS> {
  opened ??= open();
  // Bun for glibc does not throw where it gets no memory to make code in: it returns from the middle.
  if (!opened) throw new LibraryError(NO_CODE);
  return opened;
}

/** @throws {LibraryError} */
function open(): Library<typeof SYMBOLS> {
  try {
    return openLibrary(LIBRARIES, SYMBOLS);
  } catch (error) { // Bun for musl does throw
    if (/requires the JIT/.test((error as Error).message)) throw new LibraryError(NO_CODE);
    throw error;
  }
}

/** A system call by its number, for what the C library does otherwise, or not at all. */
export function systemCall(number: number, a = 0, b = 0, c = 0, d = 0, e = 0): number {
  return libc().syscall(number, a, b, c, d, e);
}

/** Made beforehand: memory that is asked for now may be the runtime's reason to change errno. */
const lastError = new Int32Array(1);
const lastErrorBytes = new Uint8Array(lastError.buffer);

/** The calling thread's errno. Ask at once: the next library call may change it. */
export function errno(): number {
  const c = libc();
  c.memcpy(lastErrorBytes, c.__errno_location(), 4);
  return lastError[0]!;
}

/** A call that waits, until it is over and not only interrupted by a signal. */
export function retrying(call: () => number): number {
  for (;;) {
    const result = call();
    if (result >= 0 || errno() !== ERRNO.EINTR) return result;
  }
}

/** Copies what lies at an address that the C library gave. */
export function copyMemory(address: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  libc().memcpy(bytes, address, length);
  return bytes;
}

/** Reads a C string that the C library owns. */
export function readString(address: number): string {
  return new TextDecoder().decode(copyMemory(address, libc().strlen(address)));
}
