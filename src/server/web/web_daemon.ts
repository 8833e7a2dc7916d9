/** What the web interface needs of the daemon beyond what the control protocol asks of it. */
import type { Daemon } from "../daemon.ts";

export interface WebDaemon extends Daemon {
  /** The machine's own name. */
  readonly hostname: string;
  /**
   * Tells of each change of a process's state, and of each group added or removed, after it has
   * happened. A listener must be quick and must not throw.
   *
   * @returns Ends it.
   */
  onChange(listener: () => void): () => void;
}
