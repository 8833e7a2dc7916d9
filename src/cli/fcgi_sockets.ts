/** Sockets shared by the processes of a FastCGI group. @see spec/processes.md §10 */
import type { FcgiSocketConfig } from "../model/config.ts";
import { closeAll } from "../platform/spawn.ts";
import { listenOnPath, listenOnPort } from "../platform/sockets.ts";

/** The system cuts it down to what it allows. */
const SOMAXCONN = 4096;

export class FcgiSocket {
  readonly #config: FcgiSocketConfig;
  readonly #info: (text: string) => void;
  #fd: number | null = null;
  #holders = 0;

  constructor(config: FcgiSocketConfig, info: (text: string) => void) {
    this.#config = config;
    this.#info = info;
  }

  /**
   * The listening descriptor, opened for the first holder. Each `hold` needs a `release`.
   *
   * @throws {Error} With a `code`, if it cannot be opened; then it is not held.
   */
  hold(): number {
    if (this.#fd === null) {
      this.#info(`Creating socket ${this.#config.url}`);
      this.#fd = listen(this.#config);
    }
    this.#holders++;
    return this.#fd;
  }

  /** Closes it after the last holder. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#info(`Closing socket ${this.#config.url}`);
    closeAll([this.#fd]);
    this.#fd = null;
  }
}

function listen({ url, backlog, mode, owner }: FcgiSocketConfig): number {
  const rest = url.slice(url.indexOf("://") + 3);
  if (url.startsWith("unix:")) {
    return listenOnPath({
      path: rest,
      mode: mode ?? 0o700,
      uid: owner?.user.id ?? -1,
      gid: owner?.group?.id ?? -1,
      backlog: backlog ?? SOMAXCONN,
    });
  }
  const colon = rest.lastIndexOf(":");
  return listenOnPort(rest.slice(0, colon), Number(rest.slice(colon + 1)), backlog ?? SOMAXCONN);
}
