/** A stream that tells one reader what changes, at the reader's own pace. */
import type { Daemon } from "./daemon.ts";

/** Changes within this time travel together. */
const GATHER_MS = 50;

/** Without a word for longer, proxies cut the line, and nobody notices a reader that has gone. */
const SILENCE_MS = 25_000;

/** What such a stream says. */
export interface ChangeText {
  /** Before anything else. */
  readonly opening: string;
  /** All that has changed since it was asked the last time; empty if nothing has. */
  next(): string;
  /** Means nothing: the line is still there. */
  readonly heartbeat: string;
}

/**
 * Until the reader has read one text, nothing more is made for it: a slow reader misses what lay
 * between and gets the latest.
 *
 * @param gone Aborted when the connection ends.
 */
export function changeStream(
  daemon: Daemon,
  { opening, next, heartbeat }: ChangeText,
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const { clock } = daemon.supervisor;
  const encoder = new TextEncoder();
  let stale = true;
  let unsubscribe: (() => void) | undefined;
  let cancelTimer = () => {};
  /** Set while the reader waits for more. */
  let send: ((text: string) => void) | undefined;

  const sendChanges = () => {
    stale = false;
    const text = next();
    if (text !== "") send?.(text);
    else waitForChange();
  };
  const waitForChange = () => {
    cancelTimer();
    cancelTimer = stale
      ? clock.after(GATHER_MS, sendChanges)
      : clock.after(SILENCE_MS, () => send?.(heartbeat));
  };
  const changed = () => {
    if (stale) return;
    stale = true;
    if (send) waitForChange();
  };
  const end = () => {
    cancelTimer();
    unsubscribe?.();
  };

  return new ReadableStream({
    pull(controller) {
      // Gone before anything was read: nobody would tell us again.
      if (gone.aborted) return controller.close();
      if (!unsubscribe) {
        unsubscribe = daemon.onChange(changed);
        gone.addEventListener("abort", end);
        controller.enqueue(encoder.encode(opening));
      }
      return new Promise((resolve) => {
        send = (text) => {
          send = undefined;
          cancelTimer();
          controller.enqueue(encoder.encode(text));
          resolve();
        };
        waitForChange();
      });
    },
    cancel: end,
    // Nothing begins before somebody reads: a HEAD request never does.
  }, { highWaterMark: 0 });
}
