/** When something has changed, where the daemon says so: its web page listens to the same stream. */
import type { DaemonClient } from "../client/daemon_client.ts";

export interface Changes {
  /** Resolves at the next change; never, where the daemon has no such stream. */
  next(): Promise<void>;
  end(): void;
}

const PATH = "/events";

export function watchChanges(daemon: DaemonClient): Changes {
  let wake = () => {};
  let close = () => {};
  let ended = false;
  async function listen(): Promise<void> {
    const reply = await daemon.openStream(PATH);
    if (reply.status !== 200) return;
    const pieces = reply.body[Symbol.asyncIterator]();
    close = () => void pieces.return?.()?.catch(() => {});
    while (!ended && !(await pieces.next()).done) wake();
  }
  listen().catch(() => {}); // whoever asks for processes hears of it, too
  return {
    next: () => new Promise((resolve) => wake = resolve),
    end() {
      ended = true;
      close();
    },
  };
}
