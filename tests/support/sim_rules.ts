/**
 * What the specification says of a process's life, as rules over what can be seen of it. They are
 * written from spec/processes.md §5 and §8, not from the engine: where the engine keeps timers,
 * these keep moments, and say of each thing that happens whether it might, and of each moment of
 * rest whether something should have happened by then.
 */
import { MOST_ATTEMPTS } from "../../src/engine/attempts.ts";
import { type ManagedProcess, nextTryAt } from "../../src/engine/process.ts";
import type { StateChange } from "../../src/engine/supervisor_world.ts";
import type { Exit } from "../../src/model/exit.ts";
import { SIGKILL, signalName } from "../../src/model/signal.ts";
import type { ProcessState } from "../../src/model/state.ts";
import { EDGES, REST } from "./sim_diagram.ts";
import {
  backoffEnd,
  check,
  endedAsExpected,
  exitstatus,
  growStreak,
  isDown,
  type Life,
  limitOf,
  newLife,
  stopSteps,
  waitMs,
} from "./sim_life.ts";
import { lineOf, SAID } from "./sim_words.ts";

/** What the rules ask about the world. */
export interface RuledWorld {
  now(): number;
  /** When the daemon was last stopped and went on: what fell due meanwhile happens then. */
  wokeAt(): number;
  isStopping(): boolean;
  groupLives(pgid: number): boolean;
  /** Whether the last of a process group ended without our being told. */
  endedUnseen(pgid: number): boolean;
}

function comesBack(life: Life): boolean {
  const { autorestart } = life.config;
  return autorestart === "unexpected" ? !endedAsExpected(life) : autorestart;
}

/** Fractions of a millisecond get lost in sums. */
export const ROUNDING_MS = 0.001;

export class Rules {
  readonly #world: RuledWorld;
  readonly #lives = new Map<ManagedProcess, Life>();
  /** Lines of the log that are still to come, in their order. */
  readonly #owedLines: string[] = [];
  /** Of what is started or stopped at once: who came last, and when. */
  readonly #last = new Map<string, { readonly at: number; readonly priority: number }>();

  constructor(world: RuledWorld) {
    this.#world = world;
  }

  get lives(): Iterable<Life> {
    return this.#lives.values();
  }

  get now(): number {
    return this.#world.now();
  }

  get stopping(): boolean {
    return this.#world.isStopping();
  }

  add(process: ManagedProcess, groupPriority: number): void {
    this.#lives.set(process, newLife(process, groupPriority, this.now));
  }

  remove(process: ManagedProcess): void {
    this.#lives.delete(process);
  }

  of(process: ManagedProcess): Life {
    return this.#lives.get(process)!;
  }

  /** Who has this pid, or has left a process group of that number behind; not both at once. */
  holder(pid: number): Life | undefined {
    let left: Life | undefined;
    for (const life of this.#lives.values()) {
      if (life.pid !== pid) continue;
      if (!life.ended) return life;
      if (life.state === "STOPPING") left = life;
    }
    return left;
  }

  // What happens

  /** @param pid 0 if it could not be started. */
  launched(process: ManagedProcess, pid: number, failure: string): void {
    const life = this.of(process);
    check(life, life.state === "STARTING" && life.since === this.now, "started out of turn");
    check(life, !this.stopping, "started while the daemon goes down");
    for (const other of this.#lives.values()) if (other.pid === pid) other.isPidReused = true;
    life.starts++;
    life.pid = pid;
    life.isPidReused = life.isKilled = false;
    life.startedAt = this.now;
    life.spawnFailure = pid === 0 ? failure : null;
    if (pid !== 0) this.#owedLines.push(`info spawned: '${life.config.name}' with pid ${pid}`);
  }

  reaped(pid: number, exit: Exit): void {
    const life = this.holder(pid);
    if (life && !life.ended) life.ended = { exit, uptimeMs: this.now - life.startedAt };
  }

  changed({ process, from, to, pid, expected }: StateChange): void {
    const life = this.of(process);
    const edge = `${from} ${to.state}`;
    check(life, from === life.state, `was ${life.state}, and is said to leave ${from}`);
    const mayBe = to.state === "UNKNOWN" ? life.isRefused : EDGES[edge]?.(life, this) ?? false;
    check(life, mayBe, `may not go from ${edge.replace(" ", " to ")}`);
    this.#enter(life, to.state);
    check(life, to.failures === life.failures, `${to.failures} failures, not ${life.failures}`);
    const hasPid = !["STARTING", "BACKOFF", "FATAL"].includes(to.state) && from !== "BACKOFF" &&
      from !== "EXITED";
    if (hasPid) check(life, pid === life.pid, `is told of with pid ${pid}, not ${life.pid}`);
    const isExpected = to.state === "EXITED" && endedAsExpected(life);
    check(life, expected === isExpected, `its end is told as ${expected ? "" : "not "}expected`);
    this.#checkRecord(life, from);
    const line = lineOf(life, from);
    if (line) this.#owedLines.push(line);
  }

  /** @param line Its level, and its text. */
  said(line: string): void {
    if (!SAID.test(line)) return;
    const owed = this.#owedLines.shift();
    if (line !== owed) throw new Error(`the log says "${line}", not "${owed}"`);
  }

  /** A signal that nobody but the engine decided on. */
  signalled(pid: number, signal: number, toGroup: boolean): void {
    const life = this.holder(pid);
    if (!life) throw new Error(`${signalName(signal)} to ${pid}, which is no program's`);
    const { stopasgroup, killasgroup, stopwaitsecs } = life.config;
    const said = `is sent ${signalName(signal)}${toGroup ? " with its group" : ""}`;
    check(life, life.state === "STOPPING", `${said} while ${life.state}`);
    if (life.owesStopSignal) {
      life.owesStopSignal = false;
      check(
        life,
        signal === stopSteps(life)[0]!.signal && toGroup === stopasgroup,
        `${said} first`,
      );
      life.stopSteps = 1;
    } else if (life.stopSteps < stopSteps(life).length) {
      const next = stopSteps(life)[life.stopSteps++]!;
      const toWhom = toGroup === (stopasgroup || life.ended !== null);
      check(life, signal === next.signal && toWhom, `${said} next`);
      check(life, this.isTime(life.killDue), `${said}, and that is due at ${life.killDue}`);
      life.killDue = this.now + next.ms;
    } else {
      check(life, signal === SIGKILL && toGroup === killasgroup, `${said} to escalate`);
      check(life, this.isTime(life.killDue), `${said}, and that is due at ${life.killDue}`);
      life.killDue = this.now + Math.max(stopwaitsecs, 1) * 1000;
    }
  }

  /** The daemon begins to go down: what would come back does not. */
  beginsStopping(): void {
    for (const life of this.#lives.values()) this.staysDown(life);
  }

  /** Nobody wants it back any more. */
  staysDown(life: Life): void {
    life.restartDue = null;
    life.returns = false;
  }

  /** Everything that can happen at this moment has happened. */
  atRest(): void {
    if (this.#owedLines.length > 0) throw new Error(`the log misses "${this.#owedLines[0]}"`);
    const turn = this.stopping ? this.#highestUp() : null;
    for (const life of this.#lives.values()) {
      const { process, state } = life;
      check(life, process.status.state === state, `is ${process.status.state} untold`);
      check(life, REST[state](life, this), `must not stay ${state}`);
      check(life, process.pid === (life.ended ? 0 : life.pid), `pid ${process.pid}`);
      const isTurn = life.groupPriority === turn && !isDown(life);
      if (isTurn) check(life, state === "STOPPING", "is not being stopped in its turn");
      const waits = life.startWaits + life.stopWaits + (isTurn ? 1 : 0);
      check(life, process.watchers.size === waits, `${process.watchers.size} wait, not ${waits}`);
      this.#checkHistory(life);
    }
  }

  /** What is told of its past and of its next start is what happened, and what will. */
  #checkHistory(life: Life): void {
    const { process, state, starts, ended, restartDue } = life;
    const { attempts } = process.history;
    check(life, process.history.starts === starts, `${process.history.starts} starts`);
    check(life, attempts.length === Math.min(starts, MOST_ATTEMPTS), `${attempts.length} told of`);
    check(life, starts === 0 || attempts.at(-1)!.exit === (ended?.exit ?? null), "ended otherwise");
    const due = state === "BACKOFF" ? backoffEnd(life) : restartDue;
    const told = nextTryAt(process);
    const isSo = due === null || told === null ? told === due : Math.abs(told - due) < ROUNDING_MS;
    check(life, isSo, `is started again at ${told}, not ${due}`);
  }

  /** The highest priority of a group in which something is not down. */
  #highestUp(): number {
    let highest = -Infinity;
    for (const life of this.#lives.values()) {
      if (!isDown(life)) highest = Math.max(highest, life.groupPriority);
    }
    return highest;
  }

  /** How many timers must be armed now. */
  get timers(): number {
    let timers = 0;
    const turn = this.stopping ? this.#highestUp() : null;
    for (const life of this.#lives.values()) {
      const { state, restartDue, isKilled, groupPriority } = life;
      if (isKilled && groupPriority === turn && !isDown(life)) timers++;
      if (state === "STARTING" || state === "BACKOFF" || state === "STOPPING") timers++;
      if (restartDue !== null) timers++;
    }
    return timers;
  }

  // What the rules ask

  /** Whether what is due then happens now: on time, or as soon as the daemon goes on. */
  isTime(due: number): boolean {
    return Math.abs(this.now - Math.max(due, this.#world.wokeAt())) < ROUNDING_MS;
  }

  isRestartTime({ restartDue }: Life): boolean {
    return restartDue !== null && !this.stopping && this.isTime(restartDue);
  }

  isToStop(life: Life): boolean {
    if (life.asked === "stop") return true;
    if (!this.stopping) return false;
    for (const other of this.#lives.values()) {
      if (other.groupPriority > life.groupPriority && !isDown(other)) return false;
    }
    return true;
  }

  /** Whether others of its group are there that a stop waits for. */
  lingers({ ended, config, pid, isPidReused }: Life): boolean {
    return ended !== null && config.killasgroup && !isPidReused && this.#world.groupLives(pid);
  }

  endedUnseen(pgid: number): boolean {
    return this.#world.endedUnseen(pgid);
  }

  #enter(life: Life, state: ProcessState): void {
    const from = life.state;
    life.state = state;
    life.since = this.now;
    life.restartDue = null;
    life.failuresBefore = life.failures;
    if (state !== "STARTING") life.startWaits = 0;
    if (isDown(life)) life.stopWaits = 0;
    if (["RUNNING", "EXITED", "FATAL", "UNKNOWN"].includes(state)) life.failures = 0;
    if (state === "BACKOFF") life.failures++;
    if (state === "BACKOFF" || state === "EXITED") growStreak(life);
    const isAfresh = state === "STARTING" && life.asked === "start";
    if (isAfresh) life.restarts = [];
    if (isAfresh || ["STOPPING", "STOPPED", "FATAL", "UNKNOWN"].includes(state)) {
      life.streak = 0;
      life.isSlow = false;
    }
    if (state === "STARTING") {
      life.givesUp = null;
      life.ended = life.spawnFailure = null;
      // Together is what was asked for together; who waits alone starts alone.
      if (life.asked === "start") this.#checkOrder(life, "start");
    }
    if (state === "STOPPING") {
      life.owesStopSignal = true;
      life.killDue = this.now + stopSteps(life)[0]!.ms;
      this.#checkOrder(life, "stop");
    }
    if (state === "EXITED" && from === "RUNNING" && comesBack(life)) this.#promiseRestart(life);
    if (state === "STOPPED" && life.returns) this.#promiseRestart(life);
    if (state !== "STOPPING") life.returns = false;
  }

  /**
   * Five starts at once, then one a second, as a promise: each is paid for by one second, and five
   * may be owed for. Nobody waits longer than one second, unless its own options say so.
   */
  #promiseRestart(life: Life): void {
    if (this.stopping || this.#isGivenUp(life)) return;
    const hasEnded = life.state === "EXITED";
    const paidFor = Math.min(Math.max(this.now, life.paidUntil - 4000), this.now + 1000);
    const usual = life.config.type === "oneshot" ? life.streak * 1000 : 0;
    life.restartDue = Math.max(this.now + (hasEnded ? waitMs(life, usual) : 0), paidFor);
    if (hasEnded) life.restarts.push(life.restartDue);
    life.paidUntil = Math.min(Math.max(life.paidUntil, this.now) + 1000, this.now + 6000);
  }

  /** It was restarted too often; from then on it is tried now and then, or not at all. */
  #isGivenUp(life: Life): boolean {
    const limit = life.state === "EXITED" ? limitOf(life, this.now) : null;
    if (limit === null) return false;
    life.isSlow ||= life.config.type === null && life.config.restartlimit_action === "slow";
    if (!life.isSlow) life.givesUp = limit;
    return !life.isSlow;
  }

  /** What clients can read of it fits what happened. */
  #checkRecord(life: Life, from: ProcessState): void {
    const { process, state, ended, spawnFailure } = life;
    if (state === "EXITED" || from === "STOPPING" && state === "STOPPED") {
      const status = exitstatus(ended!.exit);
      check(life, process.exitstatus === status, `exitstatus ${process.exitstatus}`);
    }
    if (state === "EXITED") {
      const blame = endedAsExpected(life) ? "" : `Bad exit code ${exitstatus(ended!.exit)}`;
      check(life, process.spawnerr === blame, `spawnerr "${process.spawnerr}"`);
    }
    if (state === "FATAL" && from === "EXITED") {
      check(life, process.spawnerr === life.givesUp, `spawnerr "${process.spawnerr}"`);
    }
    if (state === "BACKOFF") {
      const blame = spawnFailure ?? "Exited too quickly (process log may have details)";
      check(life, process.spawnerr === blame, `spawnerr "${process.spawnerr}"`);
    }
  }

  /** Of a group, low priorities start first and high ones stop first. */
  #checkOrder(life: Life, verb: "start" | "stop"): void {
    if (life.asked === null && !this.stopping) return;
    const { config: { priority }, process: { group } } = life;
    const last = this.#last.get(`${verb} ${group}`);
    this.#last.set(`${verb} ${group}`, { at: this.now, priority });
    if (last?.at !== this.now) return;
    const isOrdered = verb === "start" ? last.priority <= priority : last.priority >= priority;
    check(life, isOrdered, `${verb}s after one of priority ${last.priority}`);
  }

  /** One request is over: the next has an order of its own. */
  forgetOrder(): void {
    this.#last.clear();
  }
}
