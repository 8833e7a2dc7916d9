/** What a log could not take: told once when it begins, and once, with how much it was, when it ends. */

export interface LogTrouble {
  failing(path: string, reason: string): void;
  /** It is written again. */
  healed(path: string, bytesLost: number): void;
  /** It was closed before it could be written again. */
  abandoned(path: string, bytesLost: number): void;
}

export interface LossesOptions {
  readonly path: string;
  readonly trouble: LogTrouble;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** How long nothing must be lost before the trouble counts as over. */
  readonly calmMs: number;
}

export class Losses {
  readonly #options: LossesOptions;
  #lost = 0;
  #failing = false;
  #lastAt = 0;

  constructor(options: LossesOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }

  add(bytes: number, reason: string): void {
    const { path, trouble, now } = this.#options;
    this.#lost += bytes;
    this.#lastAt = now();
    if (this.#failing) return;
    this.#failing = true;
    trouble.failing(path, reason);
  }

  /** Something was written. */
  worked(): void {
    const { path, trouble, now, calmMs } = this.#options;
    if (!this.#failing || now() - this.#lastAt < calmMs) return;
    trouble.healed(path, this.#take());
  }

  /** Nothing more will be written. */
  end(): void {
    const { path, trouble } = this.#options;
    const lost = this.#take();
    if (lost > 0) trouble.abandoned(path, lost);
  }

  #take(): number {
    const lost = this.#lost;
    this.#lost = 0;
    this.#failing = false;
    return lost;
  }
}
