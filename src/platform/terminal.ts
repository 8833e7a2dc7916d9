/** Lines from whoever is at our standard input: a person at a terminal, or a pipe. */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { Interface } from "node:readline";
import { openScreen, type Screen } from "./screen.ts";
import { readSecret } from "./secret.ts";
import { print } from "./standard_output.ts";

export interface Terminal {
  /** One line without its line feed; null at the end of the input, or at Ctrl-C. */
  readLine(prompt: string): Promise<string | null>;
  /** As `readLine`, without showing what is typed. */
  readPassword(prompt: string): Promise<string | null>;
  /** Takes Ctrl-C, which would end us, until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
  /** What the Tab key offers, for the text before the cursor. */
  completeWith(complete: Complete): void;
  /** null where there is no terminal. */
  openScreen(): Screen | null;
  /** Let go of the input, and write the history. */
  close(): void;
}

/** Candidates for the word at the end of a line. */
type Complete = (
  line: string,
) => Promise<{ readonly word: string; readonly candidates: readonly string[] }>;

type CompleterDone = (error: null, result: [candidates: string[], word: string]) => void;

const HISTORY_LINES = 1000;

/**
 * Our standard input, which is not touched before the first question.
 *
 * @param historyFile Where lines typed at a terminal are kept from one run to the next.
 */
export function openTerminal(historyFile: string | null): Terminal {
  const reader = new LineReader(historyFile);
  return {
    readLine: (prompt) => reader.readLine(prompt),
    readPassword: (prompt) => reader.readPassword(prompt),
    onInterrupt: (handler) => reader.onInterrupt(handler),
    completeWith: (complete) => void (reader.complete = complete),
    openScreen: () => reader.openScreen(),
    close: () => reader.close(),
  };
}

class LineReader {
  complete: Complete = () => Promise.resolve({ word: "", candidates: [] });
  readonly #historyFile: string | null;
  /** Newest first, as readline has it. */
  #history: string[] | undefined;
  #interface: Interface | undefined;
  /** Lines that came before they were asked for, as a paste does. */
  readonly #lines: string[] = [];
  #interrupt: (() => void) | undefined;
  #waiting: ((line: string | null) => void) | undefined;
  #ended = false;

  constructor(historyFile: string | null) {
    this.#historyFile = historyFile;
  }

  async readLine(prompt: string): Promise<string | null> {
    if (!process.stdin.isTTY) print(prompt);
    const line = this.#lines.shift();
    if (line !== undefined) return line;
    if (this.#ended) return null;
    this.#interface ??= await this.#open();
    if (process.stdin.isTTY) {
      this.#interface.setPrompt(prompt);
      this.#interface.prompt();
    }
    return await new Promise((resolve) => this.#waiting = resolve);
  }

  /** The terminal sends the key while a line is being read, and a signal otherwise. */
  onInterrupt(handler: () => void): () => void {
    this.#interrupt = handler;
    process.on("SIGINT", handler);
    return () => {
      this.#interrupt = undefined;
      process.removeListener("SIGINT", handler);
    };
  }

  readPassword(prompt: string): Promise<string | null> {
    if (!process.stdin.isTTY) return this.readLine(prompt);
    this.#letGo();
    return readSecret(process.stdin, () => print(prompt));
  }

  openScreen(): Screen | null {
    this.#letGo();
    return openScreen();
  }

  close(): void {
    this.#letGo();
    if (this.#historyFile === null || this.#history === undefined) return;
    writeHistory(this.#historyFile, this.#history);
  }

  /** Loads readline only now: most runs of `ctl` never ask for a line. */
  async #open(): Promise<Interface> {
    const { createInterface } = await import("node:readline");
    const terminal = process.stdin.isTTY === true;
    this.#history ??= terminal ? readHistory(this.#historyFile) : undefined;
    const opened = createInterface({
      input: process.stdin,
      ...(terminal ? { output: process.stdout } : {}),
      terminal,
      history: this.#history ?? [],
      completer: (line: string, done: CompleterDone) => {
        this.complete(line).then(
          ({ word, candidates }) => done(null, [[...candidates], word]),
          () => done(null, [[], line]),
        );
      },
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
    });
    opened.on("line", (line) => this.#receive(line));
    opened.on("history", (history) => void (this.#history = [...history]));
    opened.on("SIGINT", () => this.#interrupt ? this.#interrupt() : opened.close());
    opened.on("close", () => {
      if (opened === this.#interface) this.#end();
    });
    return opened;
  }

  #receive(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(line);
    else this.#lines.push(line);
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.(null);
    this.#waiting = undefined;
  }

  #letGo(): void {
    const opened = this.#interface;
    this.#interface = undefined;
    opened?.close();
  }
}

/** A history that cannot be read is an empty one. */
function readHistory(file: string | null): string[] {
  try {
    return file === null ? [] : readFileSync(file, "utf8").trimEnd().split("\n").toReversed();
  } catch {
    return [];
  }
}

/** Not being able to keep the history is no reason to complain at the end of a session. */
function writeHistory(file: string, history: readonly string[]): void {
  try {
    writeFileSync(file, history.toReversed().map((line) => `${line}\n`).join(""), { mode: 0o600 });
  } catch {
    return;
  }
}
