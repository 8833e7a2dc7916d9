/** The configuration of a running daemon: read again and again, and never lost to a mistake. */
import { loadConfig } from "../config/config.ts";
import type { Config, SupervisordConfig } from "../model/config.ts";
import { systemConfigHost } from "./config_host.ts";

export interface ConfigOrigin {
  /** Absolute. */
  readonly path: string;
  /** From the command line. */
  readonly overrides: Partial<SupervisordConfig>;
}

export class LiveConfig {
  readonly #origin: ConfigOrigin;
  readonly #warn: (text: string) => void;
  readonly #told = new Set<string>();
  #current: Config;
  /** As read when a restart was asked for. */
  #next: Config;

  constructor(first: Config, origin: ConfigOrigin, warn: (text: string) => void) {
    this.#origin = origin;
    this.#warn = warn;
    this.#current = this.#next = first;
  }

  /** As last read. */
  get current(): Config {
    return this.#current;
  }

  /** @throws {ConfigError} Then what was read before stays in force. */
  reread(): Config {
    this.#current = this.#load();
    this.tellWarnings();
    return this.#current;
  }

  /** What the file says now; what was read before stays in force. @throws {ConfigError} */
  look(): Config {
    return this.#load();
  }

  /** Makes sure that there is something to restart with. @throws {ConfigError} */
  prepareRestart(): void {
    this.#next = this.#load();
  }

  /**
   * What the next life begins with: the file as it is by now. Where it was broken while programs
   * were stopping, what it said when the restart was asked for.
   */
  afterRestart(): Config {
    try {
      return this.#load();
    } catch (error) {
      const { info, warn } = this.#next.messages;
      const late = `restarting with what was read before: ${(error as Error).message}`;
      return { ...this.#next, messages: { info, warn: [...warn, late] } };
    }
  }

  /** Each once, however often it is read. */
  tellWarnings(): void {
    for (const text of this.#current.messages.warn) {
      if (this.#told.has(text)) continue;
      this.#told.add(text);
      this.#warn(text);
    }
  }

  #load(): Config {
    return loadConfig({ ...this.#origin, host: systemConfigHost() });
  }
}
