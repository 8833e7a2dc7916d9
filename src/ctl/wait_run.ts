/** One `wait` at work: woken by what the daemon tells, by the clock, or by Ctrl-C. */
import { nameQuery } from "../client/daemon_client.ts";
import type { ProcessDetails } from "../model/details.ts";
import { EXIT } from "./exit_status.ts";
import { readPieces, watchInterrupt } from "./follow.ts";
import { lineSplitter } from "./line_splitter.ts";
import { fullName, shownName } from "./process_name.ts";
import type { Session } from "./session.ts";
import type { WaitRequest } from "./wait_request.ts";
import { Waiting, type WaitOutcome } from "./waiting.ts";

/** A restart by somebody else passes through STOPPED, an update through nothing at all. */
const DOUBT_MS = 1000;

/** More names than this are not sent, and all are listened to: a request has only so much room. */
const MOST_NAMES = 100;

const CHANNELS = ["stdout", "stderr"] as const;
type Channel = typeof CHANNELS[number];

export class WaitRun {
  readonly #session: Session;
  readonly #request: WaitRequest;
  readonly #processes: readonly ProcessDetails[];
  readonly #waiting: Waiting;
  readonly #outcome = Promise.withResolvers<WaitOutcome>();
  /** Ends the reading of streams. */
  readonly #left = Promise.withResolvers<void>();
  #cancelDoubt: (() => void) | undefined;

  /** @param processes Those to wait for, as they are now. */
  constructor(session: Session, request: WaitRequest, processes: readonly ProcessDetails[]) {
    this.#session = session;
    this.#request = request;
    this.#processes = processes;
    this.#waiting = new Waiting(request, processes);
  }

  /** @throws {ApiError | Error} With node's `code`, if the daemon cannot be asked. */
  async outcome(): Promise<WaitOutcome> {
    const { timeout, timeoutMs } = this.#request;
    const interrupt = watchInterrupt(this.#session);
    const { resolve, promise } = this.#outcome;
    interrupt.happened.then(() => resolve({ lines: [""], exitStatus: EXIT.INTERRUPTED }));
    if (this.#pattern === undefined) this.#look();
    const after = this.#session.io.clock.after;
    const cancelTimeout = after(timeoutMs, () => resolve(this.#waiting.timedOut(timeout)));
    this.#begin(this.#followChanges());
    if (this.#pattern) { for (const process of this.#processes) this.#followOutput(process); }
    try {
      return await promise;
    } finally {
      this.#left.resolve();
      cancelTimeout();
      this.#cancelDoubt?.();
      interrupt.end();
    }
  }

  get #pattern(): RegExp | undefined {
    const { goal } = this.#request;
    return goal.type === "log" ? goal.pattern : undefined;
  }

  #begin(work: Promise<void>): void {
    work.catch(this.#outcome.reject);
  }

  async #followChanges(): Promise<void> {
    const names = this.#processes.length > MOST_NAMES ? [] : this.#processes.map(fullName);
    const reply = await this.#session.daemon.openApiStream(`/changes${nameQuery(names)}`);
    const lines = lineSplitter((line) => {
      if (line === "") return;
      this.#waiting.take(JSON.parse(line));
      this.#look();
    });
    await readPieces(reply, this.#left.promise, lines.push);
    this.#outcome.resolve(this.#waiting.cutOff());
  }

  /** Something is known that was not known before. */
  #look(): void {
    const outcome = this.#waiting.outcome();
    if (outcome) this.#begin(this.#conclude(outcome));
    else if (!this.#waiting.isDoubtful) {
      this.#cancelDoubt?.();
      this.#cancelDoubt = undefined;
    } else {
      const giveUp = () => this.#begin(this.#conclude(this.#waiting.givenUp()));
      this.#cancelDoubt ??= this.#session.io.clock.after(DOUBT_MS, giveUp);
    }
  }

  /** What can come about no more may have done so in output that has not been read yet. */
  async #conclude(outcome: WaitOutcome): Promise<void> {
    const isLost = outcome.exitStatus === EXIT.NO_LONGER_POSSIBLE;
    if (!isLost || !this.#pattern) return this.#outcome.resolve(outcome);
    for (const process of this.#processes) {
      for (const channel of CHANNELS) await this.#readOutput(process, channel, "");
    }
    const now = this.#waiting.outcome() ?? (this.#waiting.isDoubtful ? outcome : undefined);
    if (now) this.#outcome.resolve(now);
  }

  #followOutput(process: ProcessDetails): void {
    for (const channel of CHANNELS) this.#begin(this.#readOutput(process, channel, "&follow=1"));
  }

  /** Looks for the pattern in what a process has printed since its last start. */
  async #readOutput(process: ProcessDetails, channel: Channel, how: string): Promise<void> {
    const query = `name=${encodeURIComponent(fullName(process))}&channel=${channel}${how}`;
    const reply = await this.#session.daemon.openApiStream(`/output?${query}`);
    const found = Promise.withResolvers<void>();
    const lines = lineSplitter((line) => {
      if (!this.#pattern!.test(withoutColours(line))) return;
      found.resolve();
      this.#waiting.matched(shownName(process));
      this.#look();
    });
    const until = Promise.race([found.promise, this.#left.promise]);
    await readPieces(reply, until, lines.push);
    if (how === "") lines.end(); // else it goes on with the line, or we have left
  }
}

function withoutColours(line: string): string {
  // deno-lint-ignore no-control-regex -- colours begin with one
  return line.replace(/\x1b\[[\d;]*[A-Za-z]/g, "").replace(/\r$/, "");
}
