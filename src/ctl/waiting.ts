/** What is known while `wait` waits, and what follows from it. */
import type { ChangeLine, ProcessDetails } from "../model/details.ts";
import { EXIT } from "./exit_status.ts";
import { shownName } from "./process_name.ts";
import type { WaitRequest } from "./wait_request.ts";
import { describeGoal, type Goal, judge, type Verdict, type Watched } from "./wait_goal.ts";

/** How it ended: lines to print, and what to exit with. */
export interface WaitOutcome {
  readonly lines: readonly string[];
  readonly exitStatus: number;
}

export class Waiting {
  readonly #goal: Goal;
  readonly #wanted: string;
  readonly #watched = new Map<string, Watched>();

  /** @param processes As they are when the waiting begins. */
  constructor(
    { goal, wanted }: Pick<WaitRequest, "goal" | "wanted">,
    processes: readonly ProcessDetails[],
  ) {
    this.#goal = goal;
    this.#wanted = wanted;
    for (const before of processes) {
      this.#watched.set(shownName(before), { before, now: before, hasMatched: false });
    }
  }

  take(line: ChangeLine): void {
    if ("process" in line) this.#update(shownName(line.process), { now: line.process });
    else if ("removed" in line) this.#update(shownName(line.removed), { now: null });
  }

  matched(name: string): void {
    this.#update(name, { hasMatched: true });
  }

  /** Whether all hold, or one cannot any more; undefined while neither is known. */
  outcome(): WaitOutcome | undefined {
    const verdicts = this.#verdicts();
    const never = verdicts.filter(([, verdict]) => verdict.type === "never" && verdict.isFirm);
    if (never.length > 0) return this.#never(never);
    return verdicts.every(([, { type }]) => type === "holds") ? this.#held() : undefined;
  }

  /** Somebody is down who was stopped, and perhaps is about to be started again. */
  get isDoubtful(): boolean {
    return this.#verdicts().some(([, verdict]) => verdict.type === "never");
  }

  /** Of a doubt that has lasted. */
  givenUp(): WaitOutcome {
    return this.#never(this.#verdicts().filter(([, { type }]) => type === "never"));
  }

  timedOut(timeout: string): WaitOutcome {
    const lines = this.#unheld().map(([name, because]) =>
      `${name}: ERROR (waited ${timeout} for ${this.#wanted}: ${because})`
    );
    return { lines, exitStatus: EXIT.TIMEOUT };
  }

  /** The daemon does not answer any more. */
  cutOff(): WaitOutcome {
    const lines = this.#unheld().map(([name, because]) =>
      `${name}: ERROR (the daemon went away; the last that was known: ${because})`
    );
    return { lines, exitStatus: EXIT.STATUS_UNKNOWN };
  }

  #held(): WaitOutcome {
    const lines = [...this.#watched.keys()].map((name) => `${name}: ${describeGoal(this.#goal)}`);
    return { lines, exitStatus: EXIT.OK };
  }

  #never(verdicts: readonly (readonly [string, Verdict])[]): WaitOutcome {
    const lines = verdicts.flatMap(([name, verdict]) =>
      verdict.type === "never"
        ? [`${name}: ERROR (waiting for ${this.#wanted} is in vain: ${verdict.because})`]
        : []
    );
    return { lines, exitStatus: EXIT.NO_LONGER_POSSIBLE };
  }

  #unheld(): readonly (readonly [name: string, because: string])[] {
    return this.#verdicts().flatMap(([name, verdict]) =>
      verdict.type === "holds" ? [] : [[name, verdict.because] as const]
    );
  }

  #verdicts(): readonly (readonly [string, Verdict])[] {
    return [...this.#watched].map(([name, watched]) => [name, judge(this.#goal, watched)] as const);
  }

  #update(name: string, change: Partial<Watched>): void {
    const known = this.#watched.get(name);
    if (known) this.#watched.set(name, { ...known, ...change });
  }
}
