/** Lines to the system's log: /dev/log, in the form of RFC 3164. */
import type { Clock } from "./clock.ts";
import { errnoName } from "./errno.ts";
import { errno, libc } from "./libc.ts";
import { connectDatagram, sendDatagram } from "./sockets.ts";

const DEV_LOG = "/dev/log";
/** Facility user, severity info. */
const USER_INFO = 14;
/** What a datagram to a log daemon may have; longer lines are cut. */
const LINE_BYTES = 8192;
const RECONNECT_AFTER_MS = 1000;

/**
 * The log daemon is there and has not read what it got. The kernel keeps as few as ten lines for it:
 * any burst has more.
 */
const BUSY = "EAGAIN";
/** What waits for a busy log daemon at the most. */
const QUEUE_BYTES = 1_048_576;
const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 250;

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
  readonly clock: Clock;
  /** Told once when lines begin to be lost, and once when they arrive again. */
  readonly onTrouble: (reason: string) => void;
  readonly onHealed: (linesLost: number) => void;
  /** Default: /dev/log. */
  readonly path?: string;
}

/**
 * Connects when there is something to say, and again when the log daemon was restarted. Nobody waits
 * for it: a log daemon that is busy gets its lines a little later, one that is gone does not.
 */
export class Syslog {
  readonly #options: SyslogOptions;
  #fd: number | null = null;
  #reconnectAt = 0;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #retrying = false;
  #failing = false;
  #lost = 0;

  constructor(options: SyslogOptions) {
    this.#options = options;
  }

  send(text: string): void {
    const { ident, clock } = this.#options;
    const line = formatSyslog(ident, text, new Date(clock.wall()));
    const bytes = new TextEncoder().encode(line).subarray(0, LINE_BYTES);
    const why = this.#queue.length > 0 ? BUSY : this.#deliver(bytes);
    if (why === undefined) this.#arrived();
    else if (why === BUSY && this.#queued + bytes.length <= QUEUE_BYTES) this.#enqueue(bytes);
    else this.#drop(why);
  }

  /** Lines that still wait get their last chance. */
  close(): void {
    this.#flush();
    this.#queue = [];
    this.#queued = 0;
    this.#disconnect();
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#retry(FIRST_RETRY_MS);
  }

  #retry(ms: number): void {
    if (this.#retrying) return;
    this.#retrying = true;
    this.#options.clock.after(ms, () => {
      this.#retrying = false;
      const before = this.#queue.length;
      this.#flush();
      const moves = this.#queue.length < before;
      if (this.#queue.length > 0) this.#retry(moves ? FIRST_RETRY_MS : nextRetry(ms));
    });
  }

  #flush(): void {
    let sent = 0;
    for (const bytes of this.#queue) {
      const why = this.#deliver(bytes);
      if (why === BUSY) break;
      if (why !== undefined) this.#drop(why);
      this.#queued -= bytes.length;
      sent++;
    }
    this.#queue = this.#queue.slice(sent);
    if (sent > 0 && this.#fd !== null) this.#arrived();
  }

  /** @returns Why it was not sent; undefined if it was. */
  #deliver(bytes: Uint8Array): string | undefined {
    const wasConnected = this.#fd !== null;
    const why = this.#trySend(bytes);
    if (why === undefined || why === BUSY || !wasConnected) return why;
    return this.#trySend(bytes); // to the log daemon that took the place of the one we knew
  }

  #trySend(bytes: Uint8Array): string | undefined {
    try {
      this.#fd ??= this.#connect();
    } catch (error) {
      return (error as Error).message;
    }
    if (sendDatagram(this.#fd, bytes)) return undefined;
    const why = errnoName(errno());
    if (why !== BUSY) this.#disconnect();
    return why;
  }

  #connect(): number {
    const { clock, path = DEV_LOG } = this.#options;
    if (clock.now() < this.#reconnectAt) throw new Error(`${path} was not there a moment ago`);
    try {
      return connectDatagram(path);
    } catch (error) {
      this.#reconnectAt = clock.now() + RECONNECT_AFTER_MS;
      throw error;
    }
  }

  #disconnect(): void {
    if (this.#fd !== null) libc().close(this.#fd);
    this.#fd = null;
  }

  #drop(why: string): void {
    this.#lost++;
    if (this.#failing) return;
    this.#failing = true;
    this.#options.onTrouble(why);
  }

  /** While lines wait, the next one may be lost again: it works when none does. */
  #arrived(): void {
    if (!this.#failing || this.#queue.length > 0) return;
    const lost = this.#lost;
    this.#failing = false;
    this.#lost = 0;
    this.#options.onHealed(lost);
  }
}

function nextRetry(ms: number): number {
  return Math.min(ms * 2, LAST_RETRY_MS);
}
