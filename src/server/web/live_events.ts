/** The stream of patches that an open page listens to. */
import type { Patch } from "./live_page.tsx";
import type { Daemon } from "../daemon.ts";

/** Changes within this time travel together. */
const GATHER_MS = 50;

/** Without a word for longer, proxies cut the line, and nobody notices a reader that has gone. */
const SILENCE_MS = 25_000;

/** What a browser waits before it tries again. */
const RETRY_MS = 1_000;

/**
 * Server-sent events for one reader. Until it has read one, nothing more is made for it: a slow
 * reader misses what lay between and gets the latest.
 *
 * @param next What has changed since it was asked the last time.
 * @param gone Aborted when the connection ends.
 */
export function liveEvents(
  daemon: Daemon,
  next: () => readonly Patch[],
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const { clock } = daemon.supervisor;
  const encoder = new TextEncoder();
  let stale = true;
  let unsubscribe: (() => void) | undefined;
  let cancelTimer = () => {};
  /** Set while the reader waits for more. */
  let send: ((text: string) => void) | undefined;

  const sendPatches = () => {
    stale = false;
    const patches = next();
    if (patches.length > 0) send?.(`data: ${JSON.stringify(patches)}\n\n`);
    else waitForChange();
  };
  const waitForChange = () => {
    cancelTimer();
    cancelTimer = stale
      ? clock.after(GATHER_MS, sendPatches)
      : clock.after(SILENCE_MS, () => send?.(":\n\n"));
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
      if (!unsubscribe) {
        unsubscribe = daemon.onChange(changed);
        gone.addEventListener("abort", end);
        controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
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
