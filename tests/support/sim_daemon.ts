/** A daemon's life in a pretend system: its loop, and everything that may happen to it. */
import type { ManagedProcess } from "../../src/engine/process.ts";
import { stopEverything } from "../../src/engine/shutdown.ts";
import { Supervisor } from "../../src/engine/supervisor.ts";
import type { Launched } from "../../src/engine/supervisor_world.ts";
import type { PlainGroupConfig } from "../../src/model/config.ts";
import type { Exit } from "../../src/model/exit.ts";
import { SIGKILL, signalName } from "../../src/model/signal.ts";
import type { Delivery } from "../../src/platform/kill.ts";
import { FakeClock } from "./fake_clock.ts";
import { SimKernel, type Temper } from "./sim_kernel.ts";
import { SimOperator } from "./sim_operator.ts";
import { stopSteps } from "./sim_life.ts";
import { Rules } from "./sim_rules.ts";

/** As in the daemon: a second request to exit that comes so soon is the first one, twice. */
const IMPATIENT_AFTER_MS = 1000;

/** More turns than any chain of promises has that is waited for here. */
const TURNS = 12;

/** Nothing here takes longer to die from SIGKILL. */
const LONGEST_DYING_MS = 5000;

const OBEDIENT: Temper = { livesForMs: null, obeysAfterMs: 0, diesAfterMs: 0 };

export class SimDaemon {
  readonly clock = new FakeClock();
  readonly kernel = new SimKernel(this.clock.now);
  readonly operator = new SimOperator(this);
  /** By group name; in force when the group is added. */
  readonly configs: Map<string, PlainGroupConfig>;
  supervisor!: Supervisor;
  rules!: Rules;
  /** Which the loop does first when both are due: timers, or ended children. */
  childrenFirst = true;
  /** What happened, for people; absent: nobody asked. */
  readonly #tell: ((line: string) => void) | undefined;
  readonly #tempers = new Map<string, Temper>();
  readonly #unstartable = new Set<string>();
  #wokeAt = 0;
  /** When the end was asked for; null: it was not. */
  #stoppingSince: number | null = null;
  #isDown = false;
  #restarts = false;
  /** Signals are not the engine's idea. */
  #isRequest = false;
  #isKillingAll = false;
  #unanswered = 0;
  /** What went wrong where nobody could catch it. */
  #fault: unknown;

  constructor(configs: readonly PlainGroupConfig[], told?: string[]) {
    this.#tell = told && ((line) => told.push(`${(this.clock.now() / 1000).toFixed(3)}  ${line}`));
    this.configs = new Map(configs.map((config) => [config.name, config]));
    this.#boot();
  }

  // What happens to the daemon

  /** SIGTERM; a second one a while later does not wait any more. */
  terminate(): void {
    this.#restarts = false;
    if (this.#stoppingSince === null) return this.#goDown();
    if (this.clock.now() - this.#stoppingSince < IMPATIENT_AFTER_MS) return;
    this.#isKillingAll = true;
    this.onRequest(() => this.supervisor.killAll());
    this.#isKillingAll = false;
  }

  /** SIGHUP. */
  hangUp(): void {
    if (this.#stoppingSince !== null) return;
    this.#restarts = true;
    this.#goDown();
  }

  /** Somebody starts the daemon after it went down. */
  startAgain(): void {
    if (this.#isDown) this.#boot();
  }

  // What happens to its programs

  exit(name: string, exit: Exit): void {
    this.kernel.end(this.#pidOf(name), exit);
  }

  fork(name: string, temper: Temper, isSeen: boolean): void {
    this.kernel.fork(this.#pidOf(name), temper, isSeen);
  }

  endForked(name: string): void {
    this.kernel.endForked(this.find(name)?.pgid ?? 0);
  }

  /** How its next run takes signals, and how long that is. */
  setTemper(name: string, temper: Temper): void {
    this.#tempers.set(name, temper);
  }

  setStartable(name: string, isStartable: boolean): void {
    if (isStartable) this.#unstartable.delete(name);
    else this.#unstartable.add(name);
  }

  refuseSignals(name: string): void {
    this.kernel.refuseSignals(this.#pidOf(name));
  }

  /** Its checks say that it does not work, and that it is to be restarted. */
  findUnhealthy(name: string): void {
    const process = this.find(name);
    if (!process) return;
    const life = this.rules.of(process);
    const isUp = life.state === "STARTING" || life.state === "RUNNING";
    if (isUp && this.#stoppingSince === null) {
      life.asked = "stop";
      life.returns = true;
    }
    this.supervisor.restart(process);
    life.asked = null;
    this.rules.forgetOrder();
  }

  // Time

  /** Lets time pass; what is due happens at its time. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.#settle();
    for (let next = this.#next(); next <= end; next = this.#next()) {
      this.clock.pass(next - this.clock.now());
      await this.#settle();
    }
    if (this.clock.now() === end) return;
    this.clock.pass(end - this.clock.now());
    await this.#settle();
  }

  /** Time passes for everybody but the daemon. */
  async sleep(ms: number): Promise<void> {
    await this.#settle();
    const end = this.clock.now() + ms;
    for (let next = this.kernel.nextEnd; next <= end; next = this.kernel.nextEnd) {
      this.clock.pass(next - this.clock.now());
      this.kernel.endDue();
    }
    this.clock.pass(end - this.clock.now());
    this.#wokeAt = end;
    this.#tell?.("the daemon goes on");
    await this.#settle();
  }

  /** Goes down for good, and must not take longer for it than its programs may. */
  async finish(): Promise<void> {
    this.#tell?.("> the end");
    const budget = this.#longestStopMs();
    this.terminate();
    await this.pass(budget);
    if (!this.#isDown) throw new Error(`is not down after ${budget} ms`);
    if (this.#unanswered > 0) throw new Error(`${this.#unanswered} waits are never answered`);
    for (const { config: { name } } of this.rules.lives) {
      const alive = this.kernel.running(name);
      if (alive.length > 0) throw new Error(`${name} outlives the daemon as ${alive}`);
    }
  }

  // For the operator

  /** Whether requests are answered: not while it goes down. */
  get answers(): boolean {
    return this.#stoppingSince === null;
  }

  find(name: string): ManagedProcess | undefined {
    for (const process of this.supervisor.allProcesses()) {
      if (process.config.name === name) return process;
    }
  }

  addGroup(config: PlainGroupConfig): void {
    const group = this.supervisor.addGroup(config);
    for (const process of group.processes.values()) this.rules.add(process, config.priority);
  }

  autostart(name: string): void {
    const group = this.supervisor.groups.get(name)!;
    const lives = [...group.processes.values()].map((process) => this.rules.of(process));
    for (const life of lives) life.asked = life.config.autostart ? "start" : null;
    this.supervisor.autostart(group);
    for (const life of lives) life.asked = null;
    this.rules.forgetOrder();
    const forgotten = lives.find(({ config, state }) => config.autostart && state === "STOPPED");
    if (forgotten) throw new Error(`${forgotten.config.name} is not started`);
  }

  /** Signals that are sent meanwhile are somebody's wish. */
  onRequest(request: () => void): void {
    this.#isRequest = true;
    request();
    this.#isRequest = false;
  }

  /** Before the story is over, it must come. */
  expectAnswer(answer: Promise<void>): void {
    this.#unanswered++;
    answer.then(() => this.#unanswered--, (error) => this.#fault = error);
  }

  #boot(): void {
    this.#isDown = false;
    this.#stoppingSince = null;
    const rules = this.rules = new Rules({
      now: this.clock.now,
      wokeAt: () => this.#wokeAt,
      isStopping: () => this.#stoppingSince !== null,
      groupLives: (pgid) => this.kernel.groupLives(pgid),
      endedUnseen: (pgid) => this.kernel.silentlyGone.has(pgid),
    });
    this.supervisor = new Supervisor({
      clock: this.clock,
      random: () => 0.5,
      launch: (process) => this.#launch(process),
      runHook: () => {
        throw new Error("no program here has hooks");
      },
      signal: (pid, signal, toGroup) => this.#send(pid, signal, toGroup),
      groupLives: (pgid) => this.kernel.groupLives(pgid),
      signalEscaped: () => {},
      escapedLive: () => false,
      orphanLogLevel: "debug",
      log: (level, text) => {
        if (level !== "debug") rules.said(`${level} ${text}`);
      },
      marked: () => {},
      waitingChanged: () => {},
      stateChanged: (change) => {
        const { process: { config: { name } }, from, to } = change;
        this.#tell?.(`${name} ${from} -> ${to.state}`);
        rules.changed(change);
      },
      adopted: () => undefined,
      groupReshaped: () => {},
      groupAdded: () => {},
      groupRemoved: () => {},
    });
    for (const config of this.configs.values()) this.addGroup(config);
    for (const name of this.configs.keys()) this.autostart(name);
  }

  #goDown(): void {
    this.#stoppingSince = this.clock.now();
    this.rules.beginsStopping();
    this.supervisor.beginStopping();
    stopEverything(this.supervisor, () => {}).then(
      () => this.#isDown = true,
      (error) => this.#fault = error,
    );
  }

  /** Of its live run; 0 if there is none. */
  #pidOf(name: string): number {
    return this.find(name)?.pid ?? 0;
  }

  #launch(process: ManagedProcess): Launched {
    const { name } = process.config;
    if (this.#unstartable.has(name)) {
      this.rules.launched(process, 0, "no such command");
      return { ok: false, reason: "no such command" };
    }
    const alive = this.kernel.running(name);
    if (alive.length > 0) throw new Error(`${name} is started, and runs as ${alive}`);
    const pid = this.kernel.spawn(name, this.#tempers.get(name) ?? OBEDIENT);
    this.#tell?.(`${name} is pid ${pid}`);
    this.rules.launched(process, pid, "");
    return { ok: true, pid };
  }

  #send(pid: number, signal: number, toGroup: boolean): Delivery {
    this.#tell?.(`${signalName(signal)} to ${toGroup ? "group " : ""}${pid}`);
    const life = this.rules.holder(pid);
    if (life && !toGroup && life.ended) throw new Error(`signal to pid ${pid}, which was reaped`);
    if (!this.#isRequest) this.rules.signalled(pid, signal, toGroup);
    if (life && signal === SIGKILL && (this.#isKillingAll || !this.#isRequest)) {
      life.isKilled = true;
    }
    const delivery = this.kernel.signal(pid, signal, toGroup);
    if (delivery.type === "refused" && life) life.isRefused = true;
    return delivery;
  }

  /** Everything that can happen now happens, and then the rules must hold. */
  async #settle(): Promise<void> {
    this.kernel.endDue();
    do {
      if (this.childrenFirst) this.#reap();
      this.clock.tick(0);
      this.#reap();
      if (this.#unanswered > 0 || this.#stoppingSince !== null) await this.#turn();
      if (this.#isDown && this.#restarts) this.#boot();
      this.kernel.endDue();
    } while (this.clock.nextDue <= this.clock.now() || this.kernel.hasZombies);
    this.rules.atRest();
    this.#checkTimers();
  }

  #reap(): void {
    if (!this.kernel.hasZombies) return;
    for (let ended = this.kernel.reapOne(); ended; ended = this.kernel.reapOne()) {
      this.#tell?.(`pid ${ended.pid} is reaped`);
      this.rules.reaped(ended.pid, ended.exit);
      this.supervisor.exited(ended.pid, ended.exit);
    }
    this.supervisor.checkGroups();
  }

  async #turn(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await undefined;
    if (this.#fault) throw this.#fault;
  }

  #checkTimers(): void {
    // While it goes down and somebody is up, one more repeats who is waited for.
    const reports = this.#stoppingSince !== null && !this.#isDown ? 1 : 0;
    const { pending } = this.clock;
    const expected = this.rules.timers + reports;
    if (pending !== expected) throw new Error(`${pending} timers are armed, not ${expected}`);
  }

  /** When something is to happen next. */
  #next(): number {
    return Math.min(this.clock.nextDue, this.kernel.nextEnd);
  }

  /** One priority after the other: a stop, a SIGKILL, perhaps another, and what dying takes. */
  #longestStopMs(): number {
    let total = 0;
    for (const life of this.rules.lives) {
      const { stopwaitsecs } = life.config;
      for (const { ms } of stopSteps(life)) total += ms;
      total += (2 * Math.max(stopwaitsecs, 1)) * 1000 + LONGEST_DYING_MS;
    }
    return total;
  }
}
