/** Writing to a child's stdin without ever waiting for the child. */
import type { Clock } from "./clock.ts";
import { ERRNO } from "./errno.ts";
import { errno, libc } from "./libc.ts";

export interface PipeWriter {
  /**
   * Writes, or queues what the pipe has no room for.
   *
   * @returns false if nobody reads there any more, or too much is queued already.
   */
  write(bytes: Uint8Array): boolean;
  close(): void;
}

const QUEUE_BYTES = 16 * 1024 * 1024;
const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 1000;

/** @param fd The write end of a pipe, non-blocking. The writer owns it from here on. */
export function openPipeWriter(fd: number, clock: Clock): PipeWriter {
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let open = true;
  let cancelRetry = () => {};

  /** @returns How many bytes went; undefined if nobody reads. */
  function send(bytes: Uint8Array): number | undefined {
    let sent = 0;
    while (sent < bytes.length) {
      const count = libc().write(fd, bytes.subarray(sent), bytes.length - sent);
      if (count >= 0) {
        sent += count;
        continue;
      }
      const reason = errno();
      if (reason === ERRNO.EINTR) continue;
      if (reason !== ERRNO.EPIPE) return sent; // EAGAIN; or an error of the runtime's own since then
      close();
      return undefined;
    }
    return sent;
  }

  function flush(delayMs: number): void {
    let progress = false;
    while (queue.length > 0) {
      const first = queue[0]!;
      const sent = send(first);
      if (sent === undefined) return;
      queuedBytes -= sent;
      progress ||= sent > 0;
      if (sent < first.length) {
        queue[0] = first.subarray(sent);
        return retry(progress ? FIRST_RETRY_MS : delayMs);
      }
      queue.shift();
    }
  }

  function retry(delayMs: number): void {
    cancelRetry = clock.after(delayMs, () => flush(Math.min(delayMs * 2, LAST_RETRY_MS)));
  }

  function close(): void {
    if (!open) return;
    open = false;
    cancelRetry();
    queue = [];
    queuedBytes = 0;
    libc().close(fd);
  }

  return {
    write(bytes) {
      if (!open || queuedBytes + bytes.length > QUEUE_BYTES) return false;
      if (queue.length > 0) {
        queue.push(bytes.slice());
        queuedBytes += bytes.length;
        return true;
      }
      const sent = send(bytes);
      if (sent === undefined) return false;
      if (sent < bytes.length) {
        queue.push(bytes.slice(sent));
        queuedBytes += bytes.length - sent;
        retry(FIRST_RETRY_MS);
      }
      return true;
    },
    close,
  };
}
