/** What programs say of themselves: in a line of their output, or on a socket of their own. */
import type { HealthWatch } from "../engine/health_watch.ts";
import type { ManagedProcess } from "../engine/process.ts";
import { LineSearch } from "../logs/line_search.ts";
import { oneLine } from "../logs/one_line.ts";
import type { Channel } from "../model/config.ts";
import { credentialsOf } from "../platform/accounts.ts";
import { type NotifySocket, openNotifySocket } from "../platform/notify_socket.ts";
import { belongsTo } from "../platform/process_group.ts";
import type { Datagram } from "../platform/sockets.ts";
import { compilePattern } from "../platform/user_pattern.ts";

/** Of one run, by channel: two streams have no lines in common. */
interface Searches extends Readonly<Record<Channel, LineSearch>> {
  readonly startedAt: number;
}

/** Text that a program says of itself is shown; more than this is no status. */
const STATUS_CHARS = 1024;

export class Readiness {
  readonly #watch: HealthWatch;
  readonly #searches = new WeakMap<ManagedProcess, Searches>();
  readonly #sockets = new Map<ManagedProcess, NotifySocket>();

  constructor(watch: HealthWatch) {
    this.#watch = watch;
  }

  /** Output of a process with `readiness_log`; once it is ready nobody looks any more. */
  heard(process: ManagedProcess, channel: Channel, chunk: Uint8Array): void {
    if (process.ready !== false) return;
    if (this.#searchesFor(process)[channel].push(chunk)) this.#watch.ready(process);
  }

  #searchesFor(process: ManagedProcess): Searches {
    const { startedAt, config } = process;
    const known = this.#searches.get(process);
    if (known?.startedAt === startedAt) return known;
    const pattern = compilePattern(config.readiness_log!);
    const make = () => new LineSearch((line) => pattern.occursIn(line));
    const made = { startedAt, stdout: make(), stderr: make() };
    this.#searches.set(process, made);
    return made;
  }

  /**
   * Makes a socket for a process that is about to be started with `readiness=notify`.
   *
   * @returns Its path; undefined for other processes.
   * @throws {Error} With a `code`.
   */
  openSocket(process: ManagedProcess): string | undefined {
    const { config } = process;
    if (config.readiness !== "notify") return undefined;
    const user = config.user && credentialsOf(config.user);
    const owner = user ? { uid: user.uid, gid: user.gid } : null;
    const socket = openNotifySocket(owner, (datagram) => this.#received(process, datagram));
    this.#sockets.set(process, socket);
    return socket.path;
  }

  closeSocket(process: ManagedProcess): void {
    this.#sockets.get(process)?.close();
    this.#sockets.delete(process);
  }

  #received(process: ManagedProcess, datagram: Datagram): void {
    if (datagram.bytes === null || !isBelieved(process, datagram)) return;
    for (const line of new TextDecoder().decode(datagram.bytes).split("\n")) {
      if (line === "READY=1") this.#watch.ready(process);
      const [, status] = /^STATUS=(.*)$/.exec(line) ?? [];
      if (status !== undefined) this.#watch.says(process, oneLine(status.slice(0, STATUS_CHARS)));
    }
  }
}

/**
 * Whether a sender is of the program's processes. One that has ended meanwhile, as a tool does that
 * a script calls, cannot be looked up: it had the name of the socket, which only the program was
 * told, and it was the program's user, who could do anything to it anyway.
 */
function isBelieved({ pid, config }: ManagedProcess, sender: Datagram): boolean {
  const uid = config.user?.id ?? process.geteuid!();
  return pid !== 0 &&
    (belongsTo(sender.pid, pid) ?? (sender.uid === uid || sender.uid === 0));
}
