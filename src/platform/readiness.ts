/**
 * Tells which of many pipes can be read, through one descriptor that the runtime watches.
 *
 * A stream per pipe costs the runtime buffers and promises for each; this costs an entry in a list
 * of the kernel's. An epoll set holds the pipes. The runtime cannot watch such a set, but it can
 * read an eventfd, and the kernel's AIO counts that up once the set has something to tell. With
 * nothing to read, nothing wakes up.
 */
import { addressOf } from "./ffi.ts";
import { libc, systemCall } from "./libc.ts";

/** What is told when a descriptor can be read. */
export interface Readable {
  /** Called while there is something to read, or the other end is closed. @returns Bytes taken. */
  takeTurn(): number;
}

export interface Readiness {
  /** @returns false if the kernel cannot watch this one. */
  watch(fd: number, readable: Readable): boolean;
  /** Before the descriptor is closed. */
  unwatch(fd: number): void;
}

/** What only Bun has: a stream that polls a descriptor. */
interface Runtime {
  file(fd: number): { stream(): ReadableStream<Uint8Array> };
}

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;

/** `struct epoll_event` is packed on x64 only. */
const EVENT = process.arch === "x64" ? { bytes: 12, data: 4 } : { bytes: 16, data: 8 };
const EVENTS_AT_ONCE = 128;

/** The kernel was short of memory. */
const RETRY_MS = 10;

/**
 * Many small writes one after the other are read a few at a time: being told of each would cost more
 * than reading it. Who writes now and then is heard at once, and so is a flood.
 */
const PAUSE_MS = 5;
const FEW_BYTES = 65_536;

/** @returns null where the kernel or a sandbox has no AIO. */
export function openReadiness(runtime: Runtime): Readiness | null {
  const c = libc();
  const set = c.epoll_create1(EPOLL_CLOEXEC);
  const alarm = set < 0 ? null : openAlarm(set);
  if (alarm === null) return closed(set);
  const watched = new Map<number, Readable>();
  const events = new DataView(new ArrayBuffer(EVENTS_AT_ONCE * EVENT.bytes));
  const eventBytes = new Uint8Array(events.buffer);

  let servedAt = 0;

  function serve(): void {
    let bytes = 0;
    const count = c.epoll_wait(set, eventBytes, EVENTS_AT_ONCE, 0);
    for (let i = 0; i < count; i++) {
      try {
        bytes += watched.get(events.getInt32(i * EVENT.bytes + EVENT.data, true))?.takeTurn() ?? 0;
      } catch (error) {
        reportError(error); // one pipe's trouble is not another's
      }
    }
    const now = performance.now();
    const isBusy = now - servedAt < 2 * PAUSE_MS;
    servedAt = now;
    if (isBusy && bytes < FEW_BYTES) setTimeout(rearm, PAUSE_MS);
    // From the loop, not from here: requests and signals have their turn in between.
    else setImmediate(rearm);
  }

  function rearm(): void {
    if (!alarm!.arm()) setTimeout(rearm, RETRY_MS);
  }

  function listen(): void {
    const stream = runtime.file(alarm!.fd).stream().getReader();
    const next = (): void => void stream.read().then(() => (serve(), next()), listen);
    next();
  }
  listen();

  const event = new DataView(new ArrayBuffer(EVENT.bytes));
  const eventOf = new Uint8Array(event.buffer);
  event.setUint32(0, EPOLLIN, true);
  return {
    watch(fd, readable) {
      event.setInt32(EVENT.data, fd, true);
      if (c.epoll_ctl(set, EPOLL_CTL_ADD, fd, eventOf) !== 0) return false;
      watched.set(fd, readable);
      return true;
    },
    unwatch(fd) {
      watched.delete(fd);
      c.epoll_ctl(set, EPOLL_CTL_DEL, fd, eventOf);
    },
  };
}

/** An eventfd that is counted up, once for each time it is armed, when a set is ready. */
interface Alarm {
  readonly fd: number;
  /** @returns false if that cannot be had now. */
  arm(): boolean;
}

const EFD_FLAGS = 0o2004000; // non-blocking, close-on-exec
const IOCB_CMD_POLL = 5;
const IOCB_FLAG_RESFD = 1;
const IOCB_BYTES = 64;
const IO_EVENT_BYTES = 32;

/** System call numbers: they differ between the two architectures. */
const CALLS: Record<string, { io_setup: number; io_getevents: number; io_submit: number }> = {
  x64: { io_setup: 206, io_getevents: 208, io_submit: 209 },
  arm64: { io_setup: 0, io_getevents: 4, io_submit: 2 },
};

/** @returns An armed one; null where there is no such thing. */
function openAlarm(set: number): Alarm | null {
  const calls = CALLS[process.arch];
  const context = new BigUint64Array(1);
  if (!calls || systemCall(calls.io_setup, 1, addressOf(bytesOf(context))) !== 0) return null;
  const aio = Number(context[0]);
  const fd = libc().eventfd(0, EFD_FLAGS);
  const request = pollRequest(set, fd);
  const requests = new BigUint64Array(1);
  const completed = new Uint8Array(IO_EVENT_BYTES);
  const alarm: Alarm = {
    fd,
    arm() {
      systemCall(calls.io_getevents, aio, 0, 1, addressOf(completed), 0);
      requests[0] = BigInt(addressOf(request));
      return systemCall(calls.io_submit, aio, 1, addressOf(bytesOf(requests))) === 1;
    },
  };
  return fd >= 0 && alarm.arm() ? alarm : closed(fd);
}

/** A `struct iocb`: poll the set, and count the eventfd up when it is ready. */
function pollRequest(set: number, eventfd: number): Uint8Array {
  const iocb = new DataView(new ArrayBuffer(IOCB_BYTES));
  iocb.setUint16(16, IOCB_CMD_POLL, true);
  iocb.setUint32(20, set, true);
  iocb.setBigUint64(24, BigInt(EPOLLIN), true);
  iocb.setUint32(56, IOCB_FLAG_RESFD, true);
  iocb.setUint32(60, eventfd, true);
  return new Uint8Array(iocb.buffer);
}

function bytesOf(words: BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer);
}

function closed(fd: number): null {
  if (fd >= 0) libc().close(fd);
  return null;
}
