/** An HTTP server on a unix socket that stays where it can be found. */
import fs from "node:fs";
import type { Clock } from "./clock.ts";
import type { Answering } from "./answering.ts";
import { closed, type HttpServer, type Listener, listening, newListener } from "./http_server.ts";
import { FileKeeper, inodeOf, type KeptNews, presenceOf } from "./kept_file.ts";
import {
  giveTo,
  linked,
  nameBeside,
  PathTaken,
  type SocketPlace,
  takePath,
  withMode,
} from "./socket_path.ts";

export interface UnixSocketOptions extends SocketPlace {
  readonly clock: Clock;
  /** Told when a socket was found that nobody answers on. */
  readonly onStale: (path: string) => void;
  /** Told what becomes of the socket at its path. */
  readonly onNews: (news: KeptNews) => void;
  /** Told once when connections begin to be refused, because descriptors run out. */
  readonly onFull: () => void;
}

/**
 * Listens on a socket that has its mode and owner from the first moment on which it can be found.
 * A socket on which somebody answers is never replaced.
 *
 * @throws {PathTaken | SocketError | Error} With a `code`; `EADDRINUSE` if somebody answers on it.
 */
export async function listenUnix(
  options: UnixSocketOptions,
  answering: Answering,
): Promise<HttpServer> {
  const server = new UnixServer(options, answering);
  await server.open();
  return server;
}

class UnixServer implements HttpServer {
  readonly #options: UnixSocketOptions;
  readonly #answering: Answering;
  /** The one that can be found, and before it one that could be: it has connections still. */
  #listeners: readonly Listener[] = [];
  #inode: number | undefined;
  #keeper: FileKeeper | null = null;

  constructor(options: UnixSocketOptions, answering: Answering) {
    this.#options = options;
    this.#answering = answering;
  }

  async open(): Promise<void> {
    const { path, clock, onStale, onNews } = this.#options;
    await this.#listen((name) => takePath(name, path, onStale));
    this.#keeper = new FileKeeper({
      path,
      look: () => presenceOf(path, this.#inode),
      restore: () => this.#listen(notReplacing(path)),
      told: onNews,
    }, clock);
  }

  /** The path goes first: while we listen, nobody takes it for stale and puts another there. */
  async close(): Promise<void> {
    const { path } = this.#options;
    await this.#keeper?.close();
    if (presenceOf(path, this.#inode) === "ours") fs.rmSync(path, { force: true });
    await Promise.all(this.#listeners.map(closed));
  }

  async #listen(place: (name: string) => void | Promise<void>): Promise<void> {
    const options = this.#options;
    const name = nameBeside(options.path);
    const listener = newListener(this.#answering, options.onFull, () => "unix socket");
    try {
      await withMode(options.mode, () => listening(listener.server, { path: name }));
      giveTo(options, name);
      const inode = inodeOf(name);
      await place(name);
      this.#inode = inode;
    } catch (error) {
      await closed(listener);
      throw error;
    } finally {
      fs.rmSync(name, { force: true });
    }
    const [last, ...older] = this.#listeners;
    this.#listeners = last ? [listener, last] : [listener];
    await Promise.all(older.map(closed));
  }
}

function notReplacing(path: string): (name: string) => void {
  return (name) => {
    if (!linked(name, path)) throw new PathTaken("EEXIST", path);
  };
}
