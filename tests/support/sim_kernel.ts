/** A system's processes, as far as a supervisor can tell: they fork, get signals, end, and are reaped. */
import type { Exit } from "../../src/model/exit.ts";
import { SIGKILL, signalName } from "../../src/model/signal.ts";
import type { Delivery } from "../../src/platform/kill.ts";

/** How a process takes being asked to end, and whether it waits for that. */
export interface Temper {
  /** Milliseconds until it ends by itself, with status 1; null: it does not. */
  readonly livesForMs: number | null;
  /** Milliseconds from a signal to its end; null: it takes no notice. */
  readonly obeysAfterMs: number | null;
  /** Milliseconds from SIGKILL to its end: it may wait for a device. */
  readonly diesAfterMs: number;
}

/** Who is told of its end: us, its leader while that lives, or somebody whom we do not see. */
type Parent = "daemon" | "leader" | "unseen";

interface Body {
  readonly pid: number;
  readonly pgid: number;
  /** `group:name` of the program of ours that it runs; null for what such a program forked. */
  readonly program: string | null;
  /** Not of our session: no signal of ours may ever reach it. */
  readonly stranger: boolean;
  readonly temper: Temper;
  parent: Parent;
  /** It changed its user: signals to it are refused. */
  untouchable: boolean;
  diesAt: number;
  exit: Exit;
  isZombie: boolean;
}

const LOWEST_PID = 100;

const STUBBORN: Temper = { livesForMs: null, obeysAfterMs: null, diesAfterMs: 0 };

export class SimKernel {
  readonly #now: () => number;
  readonly #bodies = new Map<number, Body>();
  /** Groups whose last member ended without our being told. */
  readonly silentlyGone = new Set<number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts a program: the leader of a new process group. */
  spawn(program: string, temper: Temper): number {
    const diesAt = temper.livesForMs === null ? Infinity : this.#now() + temper.livesForMs;
    const exit: Exit = { type: "code", code: 1 };
    return this.#add({ program, temper, parent: "daemon", diesAt, exit });
  }

  /** A program of ours starts a process that stays in its process group. */
  fork(leader: number, temper: Temper, isSeen: boolean): void {
    if (!this.isAlive(leader)) return;
    this.#add({ pgid: leader, temper, parent: isSeen ? "leader" : "unseen" });
  }

  /** Somebody else's process takes the next number, and leads a group of that number. */
  addStranger(): void {
    this.#add({ stranger: true, parent: "unseen" });
  }

  /** Ends a process, unless it has ended. */
  end(pid: number, exit: Exit): void {
    const body = this.#bodies.get(pid);
    if (body && !body.isZombie) this.#end(body, exit);
  }

  /** Some process that a program forked ends by itself. */
  endForked(leader: number): void {
    const forked = this.#group(leader).find(({ program, isZombie }) => !program && !isZombie);
    if (forked) this.#end(forked, { type: "code", code: 0 });
  }

  refuseSignals(pid: number): void {
    const body = this.#bodies.get(pid);
    if (body) body.untouchable = true;
  }

  /** @throws {Error} If it would reach somebody who is none of ours. */
  signal(pid: number, signal: number, toGroup: boolean): Delivery {
    if (!(pid > 1)) throw new Error(`signalled pid ${pid}`);
    const targets = toGroup ? this.#group(pid) : [...this.#one(pid)];
    const whom = `${toGroup ? "group" : "pid"} ${pid}`;
    if (targets.length === 0) throw new Error(`${signalName(signal)} to ${whom}, which is gone`);
    if (targets.some(({ stranger }) => stranger)) throw new Error(`${whom} is a stranger`);
    if (!toGroup && targets[0]!.program === null) throw new Error(`${whom} is not a program`);
    if (targets.every(({ untouchable }) => untouchable)) {
      return { type: "refused", reason: "EPERM" };
    }
    for (const target of targets) if (!target.untouchable) this.#take(target, signal);
    return { type: "sent" };
  }

  /** Whether anybody of our session who has not ended is in this process group. */
  groupLives(pgid: number): boolean {
    return this.#group(pgid).some(({ isZombie, stranger }) => !isZombie && !stranger);
  }

  isAlive(pid: number): boolean {
    const body = this.#bodies.get(pid);
    return body !== undefined && !body.isZombie;
  }

  /** Pids of those that run this program, zombies too, but for those that are out of our hands. */
  running(program: string): number[] {
    const pids: number[] = [];
    for (const body of this.#bodies.values()) {
      if (body.program === program && !body.untouchable) pids.push(body.pid);
    }
    return pids;
  }

  /** When the next process ends by itself; Infinity if none does. */
  get nextEnd(): number {
    let next = Infinity;
    for (const { diesAt } of this.#bodies.values()) if (diesAt < next) next = diesAt;
    return next;
  }

  /** Ends those whose time has come. */
  endDue(): void {
    for (const body of this.#bodies.values()) {
      if (body.diesAt <= this.#now()) this.#end(body, body.exit);
    }
  }

  get hasZombies(): boolean {
    for (const { isZombie } of this.#bodies.values()) if (isZombie) return true;
    return false;
  }

  /** As waitid(2): one ended child, whose number is free from then on. */
  reapOne(): { readonly pid: number; readonly exit: Exit } | undefined {
    for (const body of this.#bodies.values()) {
      if (!body.isZombie) continue;
      this.#bodies.delete(body.pid);
      return body;
    }
  }

  #add(options: Partial<Body> & Pick<Body, "parent">): number {
    const pid = this.#freePid();
    if (options.program) this.silentlyGone.delete(pid);
    this.#bodies.set(pid, {
      pid,
      pgid: pid,
      program: null,
      stranger: false,
      temper: STUBBORN,
      untouchable: false,
      diesAt: Infinity,
      exit: { type: "code", code: 0 },
      isZombie: false,
      ...options,
    });
    return pid;
  }

  /** The lowest that nobody has, as pid or as group: numbers come back as soon as they may. */
  #freePid(): number {
    const taken = new Set<number>();
    for (const { pid, pgid } of this.#bodies.values()) taken.add(pid).add(pgid);
    let pid = LOWEST_PID;
    while (taken.has(pid)) pid++;
    return pid;
  }

  *#one(pid: number): Iterable<Body> {
    const body = this.#bodies.get(pid);
    if (body) yield body;
  }

  #group(pgid: number): Body[] {
    const members: Body[] = [];
    for (const body of this.#bodies.values()) if (body.pgid === pgid) members.push(body);
    return members;
  }

  #take(body: Body, signal: number): void {
    const ms = signal === SIGKILL ? body.temper.diesAfterMs : body.temper.obeysAfterMs;
    if (ms === null || body.isZombie || this.#now() + ms >= body.diesAt) return;
    body.diesAt = this.#now() + ms;
    body.exit = { type: "signal", signal, core: false };
  }

  #end(body: Body, exit: Exit): void {
    body.diesAt = Infinity;
    body.exit = exit;
    if (body.parent === "daemon") body.isZombie = true;
    else this.#forget(body);
    // What it forked is ours to reap now.
    for (const orphan of this.#group(body.pid)) {
      if (orphan.parent === "leader") orphan.parent = "daemon";
    }
  }

  #forget(body: Body): void {
    this.#bodies.delete(body.pid);
    if (this.#group(body.pgid).length === 0) this.silentlyGone.add(body.pgid);
  }
}
