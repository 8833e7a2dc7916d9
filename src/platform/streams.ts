/**
 * Logs that are no files of ours: our own descriptors, named pipes, terminals, devices. Whatever
 * leads to the same reader shares one writer, so that what is written stays in order.
 */
import fs from "node:fs";
import { systemClock } from "./clock.ts";
import { libc } from "./libc.ts";
import { isDescriptor, ownDescriptor } from "./own_descriptor.ts";
import { StreamWriter } from "./stream_writer.ts";

/** A log that can only be written. */
export interface StreamHandle {
  /** Never waits for the reader, never throws. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Told of what did not get to the reader. */
export type OnLost = (bytes: number, reason: string) => void;

const F_GETFD = 1;
const F_GETFL = 3;
const F_SETFL = 4;
const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = fs.constants;

interface Shared {
  readonly writer: StreamWriter;
  readonly key: string;
  /** To be closed with the last handle; null: a descriptor that we were started with. */
  readonly opened: number | null;
  handles: number;
}

/** By what they lead to. */
const streams = new Map<string, Shared>();

/** @throws {Error} With a `code`, if there is no such stream or it is not for us. */
export function openStream(path: string, onLost: OnLost): StreamHandle {
  const own = ownDescriptor(path);
  const shared = own === undefined ? shareOpened(openAnew(path)) : shareOwn(own);
  const source = { lost: onLost };
  shared.handles++;
  return {
    write: (bytes) => shared.writer.write(source, bytes),
    close: () => release(shared),
  };
}

/** Opens what our stdout and stderr lead to, as far as that is needed, while we still may. */
export function claimStandardStreams(): void {
  [1, 2].forEach(shareOwn);
}

/** What tells a stream of ours from any other. */
export function streamIdentity(fd: number): string | undefined {
  const stat = statDescriptor(fd);
  return stat && identityOf(stat);
}

/** Waits, `ms` at the most, until what was written is where it belongs: the daemon ends. */
export function finishStreams(ms: number): void {
  for (const { writer } of streams.values()) writer.finish(ms);
}

export function identityOf({ dev, ino }: fs.Stats): string {
  return `${dev}:${ino}`;
}

function share(key: string, fd: number, opened: number | null): Shared {
  const made = { writer: new StreamWriter(fd, systemClock), key, opened, handles: 0 };
  streams.set(key, made);
  return made;
}

/** Our own descriptor: written, never reopened, seeked, rotated or closed. */
function shareOwn(fd: number): Shared {
  if (libc().fcntl(fd, F_GETFD, 0) < 0) {
    throw Object.assign(new Error(`descriptor ${fd} is not open`), { code: "EBADF" });
  }
  const stat = statDescriptor(fd);
  const key = stat ? identityOf(stat) : `descriptor ${fd}`;
  const known = streams.get(key);
  if (known) return known;
  if (stat?.isFile()) appendOnly(fd);
  const writable = stat?.isCharacterDevice() ? terminalAgain(fd) : fd;
  return share(key, writable, null);
}

/** Somebody may empty the file, or write to it by its name: we go on at its end. */
function appendOnly(fd: number): void {
  const flags = libc().fcntl(fd, F_GETFL, 0);
  if (flags >= 0) libc().fcntl(fd, F_SETFL, flags | O_APPEND);
}

/**
 * A terminal that has room for one byte makes a write of two wait for its reader, and whoever
 * started us shares the flag that would change this; so the flag is set on a descriptor of its own,
 * unless the terminal is not ours to open.
 */
function terminalAgain(fd: number): number {
  try {
    return fs.openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return fd;
  }
}

/** The runtimes' own fstat does not know every descriptor. */
function statDescriptor(fd: number): fs.Stats | undefined {
  try {
    return fs.statSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // no /proc
  }
}

/**
 * A named pipe is opened for reading, too: it then opens without a reader, and keeps what is
 * written until there is one. Not so another process's pipe: who writes there shall see its end.
 */
function openAnew(path: string): number {
  const isNamedPipe = fs.statSync(path).isFIFO() && !isDescriptor(path);
  const access = isNamedPipe ? O_RDWR : O_WRONLY | O_APPEND;
  return fs.openSync(path, access | O_NONBLOCK | O_NOCTTY);
}

function shareOpened(fd: number): Shared {
  const key = identityOf(fs.fstatSync(fd));
  const known = streams.get(key);
  if (!known) return share(key, fd, fd);
  fs.closeSync(fd);
  return known;
}

function release(shared: Shared): void {
  const { writer, key, opened } = shared;
  shared.handles--;
  if (opened === null || shared.handles > 0) return;
  writer.endLine();
  writer.whenIdle(() => {
    if (shared.handles > 0) return;
    streams.delete(key);
    fs.closeSync(opened);
  });
}
