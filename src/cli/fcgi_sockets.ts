/** Sockets shared by the processes of a FastCGI group. @see spec/processes.md §10 */
import type { FcgiSocketConfig, LogLevel } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import { FileKeeper, inodeOf, type KeptNews, presenceOf } from "../platform/kept_file.ts";
import { closeAll } from "../platform/spawn.ts";
import { type SocketPlace, unixListener } from "../platform/socket_path.ts";
import { listenOnPort } from "../platform/sockets.ts";

/** The system cuts it down to what it allows. */
const SOMAXCONN = 4096;

export interface FcgiSurroundings {
  readonly clock: Clock;
  log(level: LogLevel, text: string): void;
}

export class FcgiSocket {
  readonly #config: FcgiSocketConfig;
  readonly #around: FcgiSurroundings;
  #fd: number | null = null;
  #inode: number | undefined;
  #keeper: FileKeeper | null = null;
  #holders = 0;

  constructor(config: FcgiSocketConfig, around: FcgiSurroundings) {
    this.#config = config;
    this.#around = around;
  }

  /**
   * The listening descriptor, opened for the first holder. Each `hold` needs a `release`.
   *
   * @throws {Error} With a `code`, if it cannot be opened; then it is not held.
   */
  hold(): number {
    if (this.#fd === null) {
      this.#around.log("info", `Creating socket ${this.#config.url}`);
      this.#open();
    }
    this.#holders++;
    return this.#fd!;
  }

  /** Closes it after the last holder. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#around.log("info", `Closing socket ${this.#config.url}`);
    void this.#keeper?.close();
    this.#keeper = null;
    closeAll([this.#fd]);
    this.#fd = null;
  }

  #open(): void {
    const { url, backlog } = this.#config;
    const place = placeOf(this.#config);
    if (!place) {
      const { host, port } = addressOf(url);
      this.#fd = listenOnPort(host, port, backlog ?? SOMAXCONN);
      return;
    }
    const fd = unixListener(place, backlog ?? SOMAXCONN);
    closeAll([this.#fd]);
    this.#fd = fd;
    this.#inode = inodeOf(place.path);
    this.#keeper ??= this.#keep(place.path);
  }

  /** Processes that run keep the socket that they have; those that start get the new one. */
  #keep(path: string): FileKeeper {
    return new FileKeeper({
      path,
      look: () => presenceOf(path, this.#inode),
      restore: () => this.#open(),
      told: (news) => this.#around.log("warn", this.#describe(news)),
    }, this.#around.clock);
  }

  #describe(news: KeptNews): string {
    const { url } = this.#config;
    const remedy = "restart the group to have its processes listen there";
    switch (news.type) {
      case "restored":
        return `socket ${url} was removed and is made again: ${remedy}`;
      case "taken":
        return `socket ${url} was replaced by somebody else's: remove that and ${remedy}`;
      case "lost":
        return `socket ${url} was removed and cannot be made again (${news.reason}), trying on`;
    }
  }
}

/** undefined for one that is not in the file system. */
function placeOf({ url, mode, owner }: FcgiSocketConfig): SocketPlace | undefined {
  if (!url.startsWith("unix:")) return undefined;
  return {
    path: url.slice("unix://".length),
    mode: mode ?? 0o700,
    uid: owner?.user.id ?? -1,
    gid: owner?.group?.id ?? -1,
  };
}

function addressOf(url: string): { host: string; port: number } {
  const rest = url.slice(url.indexOf("://") + 3);
  const colon = rest.lastIndexOf(":");
  return { host: rest.slice(0, colon), port: Number(rest.slice(colon + 1)) };
}
