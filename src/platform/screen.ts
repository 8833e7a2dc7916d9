/** The terminal as a whole screen, given back as it was found whatever happens. */
import process from "node:process";
import { print } from "./standard_output.ts";

export interface ScreenSize {
  readonly rows: number;
  readonly columns: number;
}

export interface Screen {
  readonly size: ScreenSize;
  /** It has colours, and nobody has asked for none. */
  readonly colours: boolean;
  /** Shows these lines and no others. They must fit. */
  draw(lines: readonly string[]): void;
  /** Keys as they are typed, in the terminal's own codes; Ctrl-C is one of them. */
  onKeys(handler: (keys: string) => void): void;
  /** The size has changed, or what was shown may be gone. */
  onResize(handler: () => void): void;
  close(): void;
}

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const CTRL_C = "\x03";
const SIZE_OF_OLD: ScreenSize = { rows: 24, columns: 80 };

/** Terminals that are known for it: old ones, and those whose name says monochrome. */
const COLOURLESS = /^vt\d|^ansi-m|-m(?:ono)?$/;

/** These end a process that does not listen; we listen to leave the screen first. */
const DEADLY = ["SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** @returns null where there is no terminal at both ends, or none that can do it. */
export function openScreen(): Screen | null {
  const { TERM, NO_COLOR } = process.env;
  if (!process.stdin.isTTY || !process.stdout.isTTY || !TERM || TERM === "dumb") return null;
  return new FullScreen(!NO_COLOR && !COLOURLESS.test(TERM));
}

class FullScreen implements Screen {
  #shown: readonly string[] = [];
  #open = false;
  #onKeys: (keys: string) => void = () => {};
  #onResize = () => {};

  constructor(readonly colours: boolean) {
    process.stdin.on("data", this.#receive);
    process.on("SIGINT", this.#interrupt);
    process.on("SIGWINCH", this.#resized);
    process.on("SIGCONT", this.#enter);
    process.on("exit", this.#leave);
    for (const name of DEADLY) process.on(name, this.#die);
    this.#enter();
  }

  get size(): ScreenSize {
    const { rows, columns } = process.stdout;
    return rows > 0 && columns > 0 ? { rows, columns } : SIZE_OF_OLD;
  }

  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    const changed = lines.flatMap((line, row) =>
      line === this.#shown[row] ? [] : [`\x1b[${row + 1};1H\x1b[2K${line}`]
    );
    const rest = lines.length < this.#shown.length ? [`\x1b[${lines.length + 1};1H\x1b[J`] : [];
    this.#shown = lines;
    const text = [...changed, ...rest].join("");
    if (text !== "") print(text);
  }

  onKeys(handler: (keys: string) => void): void {
    this.#onKeys = handler;
  }

  onResize(handler: () => void): void {
    this.#onResize = handler;
  }

  close(): void {
    this.#leave();
    process.stdin.off("data", this.#receive);
    process.stdin.pause();
    process.off("SIGINT", this.#interrupt);
    process.off("SIGWINCH", this.#resized);
    process.off("SIGCONT", this.#enter);
    process.off("exit", this.#leave);
    for (const name of DEADLY) process.off(name, this.#die);
  }

  readonly #receive = (data: Uint8Array | string) =>
    this.#onKeys(typeof data === "string" ? data : new TextDecoder().decode(data));

  readonly #interrupt = () => this.#onKeys(CTRL_C);

  /** Whatever was shown is elsewhere now. */
  readonly #resized = () => {
    this.#shown = [];
    print("\x1b[2J");
    this.#onResize();
  };

  readonly #enter = () => {
    process.stdin.setRawMode(true);
    process.stdin.resume();
    print(ENTER);
    this.#open = true;
    this.#resized();
  };

  readonly #leave = () => {
    if (!this.#open) return;
    this.#open = false;
    try {
      print(LEAVE);
      process.stdin.setRawMode(false);
    } catch {
      // the terminal itself is gone
    }
  };

  /** As if nobody had listened. */
  readonly #die = (name: NodeJS.Signals) => {
    this.close();
    process.kill(process.pid, name);
  };
}
