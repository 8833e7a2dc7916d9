/** Python as a second opinion: one process a test file, asked one thing at a time. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bounded } from "./bounded.ts";
import { skipAloud } from "./lab.ts";

const PYTHON = "/usr/bin/python3";
/** Whatever the caller's locale and PYTHON… variables say. */
const OPTIONS = ["-X", "utf8", "-E", "-s", "-B"];
const FOLDER = new URL("../fixtures/python/", import.meta.url);

/** What Python makes of a question. */
export type Answer<T> = { readonly value: T } | { readonly refused: string };

export interface PythonPeer {
  /** @throws if the program is at fault itself, ends, or does not answer in time. */
  ask<T>(what: string, question: unknown): Promise<Answer<T>>;
  /** The same where there is nothing to refuse. */
  tell<T>(what: string, question: unknown): Promise<T>;
}

/** Why there is no second opinion on this machine, if there is none. */
function whyNot(): string | undefined {
  const { status } = spawnSync(PYTHON, [...OPTIONS, "-c", "import supervisor.options"]);
  return status === 0 ? undefined : `${PYTHON} with the supervisor module is not installed`;
}

/**
 * Starts a program of `tests/fixtures/python/` at the first question, and ends it after the tests.
 *
 * @returns A `test` that is skipped aloud where there is no Python to ask.
 */
export function pythonTests(program: string) {
  const missing = whyNot();
  if (missing !== undefined) skipAloud(`${program}: ${missing}`);
  const python = new Process(fileURLToPath(new URL(program, FOLDER)));
  after(() => python.close());
  return (name: string, body: (peer: PythonPeer) => Promise<unknown>) => {
    const run = async () => void await body(python);
    if (missing === undefined) test(name, run);
    else test(name, { skip: missing }, run);
  };
}

class Process implements PythonPeer {
  readonly #program: string;
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #waiting: PromiseWithResolvers<string> | undefined;
  #ended: Promise<unknown> | undefined;

  constructor(program: string) {
    this.#program = program;
  }

  async ask<T>(what: string, question: unknown): Promise<Answer<T>> {
    const child = this.#child ??= this.#start();
    const line = JSON.stringify([what, question]);
    this.#waiting = Promise.withResolvers();
    child.stdin.write(`${line}\n`);
    const answer = JSON.parse(await bounded(`Python's answer to ${line}`, this.#waiting.promise));
    if ("broken" in answer) throw new Error(`${answer.broken}, asked ${line}`);
    return answer;
  }

  async tell<T>(what: string, question: unknown): Promise<T> {
    const answer = await this.ask<T>(what, question);
    if ("value" in answer) return answer.value;
    throw new Error(`refused: ${answer.refused}`);
  }

  async close(): Promise<void> {
    if (!this.#child) return;
    this.#child.stdin.end();
    await bounded(`the end of ${this.#program}`, this.#ended!);
  }

  #start() {
    const child = spawn(PYTHON, [...OPTIONS, this.#program], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface(child.stdout).on("line", (line) => this.#waiting?.resolve(line));
    this.#ended = new Promise((resolve) => child.once("exit", resolve));
    child.once("exit", () => this.#waiting?.reject(new Error(`${this.#program} ended`)));
    return child;
  }
}
