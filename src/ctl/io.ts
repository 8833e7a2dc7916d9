/** The streams and keys that `ctl` is used through. */
import type { Clock } from "../platform/clock.ts";
import type { Screen } from "../platform/screen.ts";
import type { Completion } from "./completion.ts";

/** What `ctl` needs of the terminal, or of the pipes in its place. */
export interface CtlIo {
  /** Text goes out as it is; a line brings its own line feed. */
  stdout(text: string): void;
  stderr(text: string): void;
  /** One line without its line feed; null at the end of the input. */
  readLine(prompt: string): Promise<string | null>;
  /** As `readLine`, without showing what is typed. */
  readPassword(prompt: string): Promise<string | null>;
  /** Takes Ctrl-C, which would end `ctl`, until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
  /** The whole terminal; null where there is none. */
  openScreen(): Screen | null;
  readonly clock: Clock;
  /** Where there are keys to press: what the Tab key does from now on. */
  completeWith?(complete: (line: string) => Promise<Completion>): void;
}
