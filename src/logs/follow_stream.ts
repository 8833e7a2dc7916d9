/** Following output that is not in a file of ours: from memory, pushed as it comes. */
import { concatenate } from "./concatenate.ts";
import type { Follower } from "./follow_file.ts";
import type { RecentOutput } from "./recent_output.ts";
import { completeLength, danglingLength } from "./utf8_boundary.ts";

/** What a slow reader may have waiting; beyond that the oldest goes. */
const QUEUE_BYTES = 262_144;
const DROPPED = new TextEncoder().encode("\n==> Reader too slow, output left out <==\n");

/** @param startBytes How much of the latest output comes first. */
export function followStream(
  output: RecentOutput,
  startBytes: number,
  modified: number,
): Follower {
  const latest = startBytes === 0 ? new Uint8Array(0) : output.contents().slice(-startBytes);
  let queue: Uint8Array[] = [latest.subarray(danglingLength(latest))];
  let queued = latest.length;
  let held = new Uint8Array(0);
  let open = true;
  let wake = () => {};
  const unwatch = output.watch((chunk) => {
    queue.push(chunk.slice());
    queued += chunk.length;
    if (queued > QUEUE_BYTES) {
      queue = [DROPPED, chunk.slice(-QUEUE_BYTES)];
      queued = chunk.length;
    }
    wake();
  });

  function take(): Uint8Array | undefined {
    const joined = concatenate([held, ...queue]);
    queue = [];
    queued = 0;
    const end = completeLength(joined);
    held = joined.slice(end);
    return end > 0 ? joined.subarray(0, end) : undefined;
  }

  return {
    modified,
    async next() {
      while (open) {
        const bytes = take();
        if (bytes) return bytes;
        await new Promise<void>((resolve) => wake = resolve);
      }
      return undefined;
    },
    close() {
      if (!open) return;
      open = false;
      unwatch();
      wake();
    },
  };
}
