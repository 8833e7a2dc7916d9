/** What a listener says on its stdout, understood. @see spec/events.md §4 */
import { describeBytes } from "../model/python_bytes.ts";

/** ACKNOWLEDGED at every spawn; UNKNOWN until the process is started anew. */
export type ListenerState = "ACKNOWLEDGED" | "READY" | "BUSY" | "UNKNOWN";

/** What became of an event, as its result says; `failed` if nobody could tell. */
export type Verdict = "processed" | "rejected" | "failed";

/** A change of state and its reason. */
export interface ListenerStep {
  readonly from: ListenerState;
  readonly to: ListenerState;
  readonly cause: Verdict | "ready" | "violation" | "badLine";
  /** Of a bad line: the line, or as much of it as was kept. */
  readonly line?: string;
}

/** A longer line says nothing that a listener has to say. */
export const LINE_BYTES = 1024;

/** The longest result that is waited for. */
export const RESULT_BYTES = 16 * 1024 * 1024;

const READY_LINE = new TextEncoder().encode("READY\n");

/** So much of a result line is skipped, whatever it is. */
const RESULT_WORD = "RESULT ".length;

/** A whole number as Python's `int()` reads it. */
const WHOLE_NUMBER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

const LINE_FEED = 0x0a;

interface Progress {
  /** Bytes taken, 1 or more. */
  readonly used: number;
  readonly step?: ListenerStep;
}

/**
 * Follows one listener process. However its output is cut into chunks, the same bytes lead to the
 * same steps, in time proportional to their number and in bounded memory.
 *
 * Only the listener's side is decided here. That it got an event is told with `sent()`.
 */
export class ListenerProtocol {
  readonly #judge: (result: Uint8Array) => Verdict;
  #state: ListenerState = "ACKNOWLEDGED";
  readonly #line = new Uint8Array(LINE_BYTES);
  #lineLength = 0;
  #result: Uint8Array | null = null;
  #resultLength = 0;

  /** @param judge Says what a result means. */
  constructor(judge: (result: Uint8Array) => Verdict) {
    this.#judge = judge;
  }

  get state(): ListenerState {
    return this.#state;
  }

  /** The process was started anew, and owes nothing of what the one before it began to say. */
  restart(): void {
    this.#state = "ACKNOWLEDGED";
    this.#lineLength = 0;
    this.#result = null;
  }

  /** An event was written to a READY listener. */
  sent(): void {
    this.#state = "BUSY";
  }

  /** Takes output in. Bytes that follow `READY` come too early and are a violation. */
  feed(chunk: Uint8Array): readonly ListenerStep[] {
    const steps: ListenerStep[] = [];
    let rest = chunk;
    while (rest.length > 0 && this.#state !== "UNKNOWN") {
      const { used, step } = this.#advance(rest);
      rest = rest.subarray(used);
      if (step === undefined) continue;
      this.#state = step.to;
      steps.push(step);
    }
    return steps;
  }

  #advance(bytes: Uint8Array): Progress {
    if (this.#state === "ACKNOWLEDGED") return this.#awaitReady(bytes);
    if (this.#state === "READY") return { used: bytes.length, step: this.#step("violation") };
    return this.#result === null ? this.#awaitLine(bytes) : this.#collect(this.#result, bytes);
  }

  #awaitReady(bytes: Uint8Array): Progress {
    const used = this.#keep(bytes, READY_LINE.length);
    if (this.#lineLength < READY_LINE.length) return { used };
    const isReady = READY_LINE.every((byte, i) => byte === this.#line[i]);
    this.#lineLength = 0;
    return { used, step: this.#step(isReady ? "ready" : "violation") };
  }

  #awaitLine(bytes: Uint8Array): Progress {
    const end = bytes.indexOf(LINE_FEED);
    const used = this.#keep(end < 0 ? bytes : bytes.subarray(0, end), LINE_BYTES);
    if (used === bytes.length) return { used };
    const line = describeBytes(this.#line.subarray(0, this.#lineLength));
    this.#lineLength = 0;
    const length = used === end ? resultLength(line) : undefined;
    if (length === undefined) return { used: bytes.length, step: this.#step("badLine", line) };
    this.#result = new Uint8Array(length);
    this.#resultLength = 0;
    return this.#collect(this.#result, bytes, used + 1);
  }

  /** @param from Where in `bytes` the result goes on. */
  #collect(result: Uint8Array, bytes: Uint8Array, from = 0): Progress {
    const piece = bytes.subarray(from, from + result.length - this.#resultLength);
    result.set(piece, this.#resultLength);
    this.#resultLength += piece.length;
    const used = from + piece.length;
    if (this.#resultLength < result.length) return { used };
    this.#result = null;
    return { used, step: this.#step(this.#judge(result)) };
  }

  /** @returns How many of `bytes` found room in the line. */
  #keep(bytes: Uint8Array, room: number): number {
    const piece = bytes.subarray(0, room - this.#lineLength);
    this.#line.set(piece, this.#lineLength);
    this.#lineLength += piece.length;
    return piece.length;
  }

  #step(cause: ListenerStep["cause"], line?: string): ListenerStep {
    const step = { from: this.#state, to: TARGETS[cause], cause };
    return line === undefined ? step : { ...step, line };
  }
}

const TARGETS: Readonly<Record<ListenerStep["cause"], ListenerState>> = {
  ready: "READY",
  processed: "ACKNOWLEDGED",
  rejected: "ACKNOWLEDGED",
  failed: "UNKNOWN",
  violation: "UNKNOWN",
  badLine: "UNKNOWN",
};

/** @returns undefined for a line that announces no result, or one that nobody would wait for. */
function resultLength(line: string): number | undefined {
  const written = line.slice(RESULT_WORD);
  if (!WHOLE_NUMBER.test(written)) return undefined;
  const length = Number(written.replaceAll("_", ""));
  return length >= 0 && length <= RESULT_BYTES ? length : undefined;
}
