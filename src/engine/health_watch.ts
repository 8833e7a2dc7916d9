/** The loop that has processes checked, and acts on what is thought of them. */
import type { LogLevel } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import {
  type CheckResult,
  firstCheckMs,
  type Health,
  type HealthFact,
  type HealthPolicy,
  healthPolicy,
  judge,
  nextCheckMs,
  UNKNOWN_HEALTH,
} from "./health.ts";
import type { ManagedProcess } from "./process.ts";
import { Turns } from "./turns.ts";

/** What the loop needs of the world, and whom it tells. */
export interface HealthWorld {
  readonly clock: Clock;
  /**
   * Looks once at how a process is, which takes its time: `done` is called later, never at once.
   *
   * @returns Gives it up: `done` is not called any more.
   */
  check(process: ManagedProcess, done: (result: CheckResult) => void): () => void;
  mark(process: ManagedProcess, marks: Pick<ManagedProcess, "ready" | "healthy">): void;
  restart(process: ManagedProcess): void;
  log(level: LogLevel, text: string): void;
  /** From 0 to 1. */
  random(): number;
}

/** One run of a process. Its timers and its check end with it. */
interface Run {
  readonly policy: HealthPolicy;
  health: Health;
  cancelDeadline: () => void;
  /** Of the next check, or the one that is being done. */
  cancelCheck: () => void;
}

/** More would be felt by the programs. */
const CHECKS_AT_ONCE = 32;

const NOTHING = () => {};

export class HealthWatch {
  readonly #world: HealthWorld;
  readonly #runs = new Map<ManagedProcess, Run>();
  readonly #turns = new Turns(CHECKS_AT_ONCE);

  constructor(world: HealthWorld) {
    this.#world = world;
  }

  /** A process is in another state. To be called before anybody else hears of it. */
  stateChanged(process: ManagedProcess): void {
    const { state } = process.status;
    if (process.status.isPreparing) return;
    if (state === "STARTING") this.#begin(process);
    else if (state === "RUNNING") this.#beginChecks(process);
    else this.#end(process);
  }

  /** Its hooks, if it has any, are over: it is started now. */
  launching(process: ManagedProcess): void {
    if (!this.#runs.has(process)) this.#begin(process);
  }

  /** It says that it is ready. */
  ready(process: ManagedProcess): void {
    const run = this.#runs.get(process);
    if (run) this.#learn(process, run, { type: "ready" });
  }

  /** It says how it is, in its own words. */
  says(process: ManagedProcess, status: string): void {
    if (process.health) process.health = { ...process.health, status };
  }

  /** No more checks: everything goes down. */
  close(): void {
    this.#turns.dismiss();
    for (const process of [...this.#runs.keys()]) this.#halt(process);
  }

  #begin(process: ManagedProcess): void {
    const policy = healthPolicy(process.config);
    if (!policy) return;
    const run: Run = {
      policy,
      health: UNKNOWN_HEALTH,
      cancelDeadline: NOTHING,
      cancelCheck: NOTHING,
    };
    this.#runs.set(process, run);
    process.ready = false;
    process.healthy = null;
    process.health = { last_output: null, failures: 0, checked_at: null, status: null };
    if (policy.readinessMs === null) return;
    run.cancelDeadline = this.#world.clock.after(
      policy.readinessMs,
      () => this.#learn(process, run, { type: "late" }),
    );
  }

  #beginChecks(process: ManagedProcess): void {
    const run = this.#runs.get(process);
    if (run?.policy.hasCheck) this.#checkIn(process, run, firstCheckMs(this.#world.random()));
  }

  #checkIn(process: ManagedProcess, run: Run, ms: number): void {
    run.cancelCheck = this.#world.clock.after(ms, () => this.#queue(process, run));
  }

  #queue(process: ManagedProcess, run: Run): void {
    let giveUp = NOTHING;
    const leave = this.#turns.take(() => {
      giveUp = this.#world.check(process, (result) => {
        leave();
        this.#checked(process, run, result);
      });
    });
    run.cancelCheck = () => {
      giveUp();
      leave();
    };
  }

  #checked(process: ManagedProcess, run: Run, result: CheckResult): void {
    const { clock, log, random } = this.#world;
    const uptimeMs = clock.now() - process.startedAt;
    this.#learn(process, run, { type: "checked", result, uptimeMs }, () => {
      const { failures } = run.health;
      const last_output = result.ok ? null : result.output;
      process.health = { ...process.health!, last_output, failures, checked_at: clock.wall() };
      if (!result.ok) log("debug", `${process.config.name}: a check failed: ${result.output}`);
      this.#checkIn(process, run, nextCheckMs(run.health, run.policy, uptimeMs, random()));
    });
  }

  /** @param note Done before anybody hears of it. */
  #learn(process: ManagedProcess, run: Run, fact: HealthFact, note: () => void = NOTHING): void {
    if (this.#runs.get(process) !== run) return;
    const { health, remarks, restart } = judge(run.health, fact, run.policy);
    run.health = health;
    if (health.ready !== false) run.cancelDeadline();
    note();
    const { ready, healthy } = health;
    for (const { level, text } of remarks) {
      this.#world.log(level, `${process.config.name}: ${text}`);
    }
    if (ready !== process.ready || healthy !== process.healthy) {
      this.#world.mark(process, { ready, healthy });
    }
    if (restart) this.#world.restart(process);
  }

  #halt(process: ManagedProcess): void {
    const run = this.#runs.get(process);
    if (!run) return;
    this.#runs.delete(process);
    run.cancelDeadline();
    run.cancelCheck();
  }

  /** What was thought of the run means nothing any more; why may still be asked. */
  #end(process: ManagedProcess): void {
    if (process.health === null) return;
    this.#halt(process);
    process.ready = process.healthy = null;
  }
}
