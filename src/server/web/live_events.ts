/** The stream of patches that an open page listens to. */
import { changeStream } from "../change_stream.ts";
import type { Patch } from "./live_page.tsx";
import type { Daemon } from "../daemon.ts";

/** What a browser waits before it tries again. */
const RETRY_MS = 1_000;

/**
 * Server-sent events for one reader.
 *
 * @param next What has changed since it was asked the last time.
 * @param gone Aborted when the connection ends.
 */
export function liveEvents(
  daemon: Daemon,
  next: () => readonly Patch[],
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const text = {
    opening: `retry: ${RETRY_MS}\n\n`,
    next() {
      const patches = next();
      return patches.length > 0 ? `data: ${JSON.stringify(patches)}\n\n` : "";
    },
    heartbeat: ":\n\n",
  };
  return changeStream(daemon, text, gone);
}
