/** Lines to the system's log: /dev/log, in the form of RFC 3164. */
import { libc } from "./libc.ts";
import { connectDatagram, sendDatagram } from "./sockets.ts";

const DEV_LOG = "/dev/log";
/** Facility user, severity info. */
const USER_INFO = 14;
/** What a datagram to a log daemon may have; longer lines are cut. */
const LINE_BYTES = 8192;
const RECONNECT_AFTER_MS = 1000;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** @example formatSyslog("supervisord", "web up", new Date()) // <14>Nov 22 15:41:49 supervisord: web up */
export function formatSyslog(ident: string, text: string, when: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = String(when.getDate()).padStart(2, " ");
  const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  return `<${USER_INFO}>${MONTHS[when.getMonth()]} ${day} ${time} ${ident}: ${text}`;
}

export interface SyslogOptions {
  readonly ident: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Told once when lines begin to be lost, and once when they arrive again. */
  readonly onTrouble: (reason: string) => void;
  readonly onHealed: (linesLost: number) => void;
  /** Default: /dev/log. */
  readonly path?: string;
}

/** Connects when there is something to say, and again when the log daemon was restarted. */
export class Syslog {
  readonly #options: SyslogOptions;
  #fd: number | null = null;
  #retryAt = 0;
  #lost = 0;

  constructor(options: SyslogOptions) {
    this.#options = options;
  }

  send(text: string): void {
    const { ident, wall } = this.#options;
    const line = formatSyslog(ident, text, new Date(wall()));
    const bytes = new TextEncoder().encode(line).subarray(0, LINE_BYTES);
    if (this.#trySend(bytes) || this.#trySend(bytes)) return this.#arrived();
    this.#lost++;
  }

  close(): void {
    if (this.#fd !== null) libc().close(this.#fd);
    this.#fd = null;
  }

  #trySend(bytes: Uint8Array): boolean {
    const fd = this.#fd ?? this.#connect();
    if (fd === null) return false;
    if (sendDatagram(fd, bytes)) return true;
    this.close();
    return false;
  }

  #connect(): number | null {
    const { now, path = DEV_LOG, onTrouble } = this.#options;
    if (now() < this.#retryAt) return null;
    try {
      return this.#fd = connectDatagram(path);
    } catch (error) {
      this.#retryAt = now() + RECONNECT_AFTER_MS;
      if (this.#lost === 0) onTrouble((error as Error).message);
      return null;
    }
  }

  #arrived(): void {
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onHealed(lost);
  }
}
