/** The loop: hands what happens to the pure functions and carries out what they answer. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { Asker } from "../model/details.ts";
import { describeExit, type Exit } from "../model/exit.ts";
import { SIGKILL, signalName } from "../model/signal.ts";
import type { Clock } from "../platform/clock.ts";
import type { Delivery } from "../platform/kill.ts";
import { enderOf, withEnd, withStart } from "./attempts.ts";
import { Groups } from "./groups.ts";
import { kill } from "./kill.ts";
import type { Group, SupervisorWorld } from "./supervisor_world.ts";
import { awaitsRestart, isKeptStopped, isStoppable, type ManagedProcess } from "./process.ts";
import { reconcile } from "./reconcile.ts";
import { describeRemark } from "./remark.ts";
import type { Effect, Hook, ProcessEvent, Status } from "./step.ts";
import { arm, disarm } from "./timer.ts";
import { transition } from "./transition.ts";
import { WaitingStarts } from "./waiting_starts.ts";

const HEALTH_CHECK: Asker = { via: "health check", peer: null };

export class Supervisor {
  readonly #world: SupervisorWorld;
  readonly #groups: Groups;
  readonly #byPid = new Map<number, ManagedProcess>();
  /** Those that have ended, and of whose process group others are waited for. */
  readonly #leaving = new Set<ManagedProcess>();
  readonly #waits: WaitingStarts;
  #stopping = false;

  constructor(world: SupervisorWorld) {
    this.#world = world;
    this.#groups = new Groups(world, (process) => {
      disarm(process);
      this.#waits.forget(process);
    });
    this.#waits = new WaitingStarts({
      groups: this.#groups.byName,
      resume: (process, event) => this.apply(process, event),
      changed: (process) => {
        world.waitingChanged(process);
        tellWatchers(process);
      },
      log: (level, text) => world.log(level, text),
    });
  }

  /** Active groups by name, in the order in which they were added. */
  get groups(): ReadonlyMap<string, Group> {
    return this.#groups.byName;
  }

  /** True from the request to shut down or restart on. */
  get stopping(): boolean {
    return this.#stopping;
  }

  get clock(): Clock {
    return this.#world.clock;
  }

  /** Makes a group active; nothing is started yet. The caller checks that the name is free. */
  addGroup(config: GroupConfig): Group {
    const group = this.#groups.add(config);
    this.#waits.groupChanged(config.name);
    return group;
  }

  /** @returns false if something in it is still up. */
  removeGroup(group: Group): boolean {
    if (!this.#groups.remove(group)) return false;
    this.#waits.groupChanged(group.config.name);
    return true;
  }

  /** Gives a group other members. @see Groups.reshape */
  reshape(group: Group, config: GroupConfig): void {
    this.#groups.reshape(group, config);
    this.#waits.groupChanged(config.name);
  }

  /** Before an update: those whom an operator has stopped may stay down. */
  rememberStops(): void {
    this.#groups.rememberStops();
  }

  /** It is to run, as far as operators are concerned. */
  forgetStop(process: ManagedProcess): void {
    this.#groups.forgetStop(process);
  }

  /** Gives a process other options; its run goes on. @returns What could not be done, if anything. */
  adopt(process: ManagedProcess, config: ProcessConfig): string | undefined {
    const before = process.config;
    process.config = config;
    const trouble = this.#world.adopted(process, before);
    this.#waits.renew(process);
    if (awaitsRestart(process)) {
      // The one that it waits for is promised anew.
      const isCounted = process.status.state === "EXITED" && before.restartlimit !== null;
      if (isCounted) process.restarts = process.restarts.slice(0, -1);
      disarm(process);
      this.#reconcile(process);
    }
    return trouble;
  }

  /** Starts what is meant to run from the beginning. */
  autostart(group: Group): void {
    if (this.#stopping) return;
    for (const process of group.processes.values()) {
      if (process.laststart !== 0 || isKeptStopped(process)) continue;
      const { autostart, dependent_startup_wait_for: startup } = process.config;
      const begins = startup === null ? autostart : !this.#waits.holdsStartup(process, startup);
      if (begins) this.start(process);
    }
  }

  /** A start request: for a process that is down. */
  start(process: ManagedProcess): void {
    process.restarts = [];
    this.forgetStop(process);
    this.apply(process, { type: "start" });
  }

  /** @param by Who wants it. @returns false if there is nothing to stop. */
  stop(process: ManagedProcess, by: Asker | null = null): boolean {
    if (!isStoppable(process)) return false;
    process.stopper = by;
    if (awaitsRestart(process)) disarm(process);
    this.apply(process, { type: "stop" });
    return true;
  }

  /** Stops what its checks find wanting, and starts it again unless somebody else stops it before. */
  restart(process: ManagedProcess): void {
    if (this.#stopping) return;
    if (process.pid !== 0 && process.status.state !== "STOPPING") process.stopper = HEALTH_CHECK;
    this.apply(process, { type: "restart" });
  }

  /** A plain signal, to the process alone. @see spec/processes.md §8 */
  signal(process: ManagedProcess, signal: number, by: Asker | null = null): Delivery {
    if (process.pid === 0) return { type: "gone" }; // only others of its group are left
    process.sent = { signal, by };
    this.#world.log(
      "debug",
      `sending ${process.config.name} (pid ${process.pid}) sig ${signalName(signal)}`,
    );
    const delivery = this.#world.signal(process.pid, signal, false);
    if (delivery.type === "refused") this.#refused(process, delivery.reason);
    return delivery;
  }

  /** Checks say something else of a process than before. */
  mark(process: ManagedProcess, marks: Partial<Pick<ManagedProcess, "ready" | "healthy">>): void {
    Object.assign(process, marks);
    this.#world.marked(process);
    tellWatchers(process);
    this.#waits.tell(process);
  }

  /** A child ended. Its pipes must have been read to their end before. */
  exited(pid: number, exit: Exit): void {
    const process = this.#byPid.get(pid);
    if (!process) {
      const text = `reaped unknown pid ${pid} (${describeExit(exit)})`;
      this.#world.log(this.#world.orphanLogLevel, text);
      return;
    }
    this.#byPid.delete(pid);
    const uptimeMs = this.clock.now() - process.startedAt;
    const groupLives = this.#stopsGroup(process) && this.#groupLives(process);
    this.apply(process, { type: "exited", exit, uptimeMs, groupLives, ...this.#chance(process) });
  }

  /** Some process has ended: perhaps the last one of a group that is waited for. */
  checkGroups(): void {
    for (const process of [...this.#leaving]) {
      if (!this.#groupLives(process)) this.apply(process, { type: "groupGone" });
    }
  }

  /** The daemon goes down: nothing is started any more, and nothing tries again. */
  beginStopping(): void {
    this.#stopping = true;
    for (const process of this.allProcesses()) {
      if (awaitsRestart(process)) disarm(process);
      this.#waits.forget(process);
      if (process.status.state === "BACKOFF") this.apply(process, { type: "abandon" });
      if (process.status.isPreparing) this.stop(process);
    }
  }

  /** No more waiting: kills everything that is there, or has left some of its group behind. */
  killAll(): void {
    this.checkGroups();
    for (const process of this.allProcesses()) {
      const { pid, pgid, config: { name, killasgroup }, status } = process;
      if (pid === 0 && !status.left) continue;
      this.#world.log("warn", `killing '${name}' (${pgid}) with SIGKILL`);
      this.#kill(process, SIGKILL, killasgroup);
      tellWatchers(process);
    }
  }

  /** Forgets the pid of a process that cannot die: its number may be somebody else's later. */
  giveUp(process: ManagedProcess): void {
    const { pgid, config: { name } } = process;
    this.#world.log("critical", `gave up waiting for '${name}' (${pgid}): SIGKILL does not end it`);
    disarm(process);
    this.#byPid.delete(process.pid);
  }

  /** Whether this is the pid of a program of ours that runs. */
  holds(pid: number): boolean {
    return this.#byPid.has(pid);
  }

  allProcesses(): Iterable<ManagedProcess> {
    return this.#groups.processes();
  }

  /** Feed one event to a process and carry out what follows from it. */
  apply(process: ManagedProcess, event: ProcessEvent): void {
    if (this.#waits.holds(process, event)) return disarm(process);
    const isGone = process.status.left !== undefined || process.status.ended !== undefined;
    const pid = process.pid || (isGone ? process.pgid : 0);
    const step = transition(process.status, event, process.config);
    const { effects } = step;
    if (event.type === "exited") {
      process.pid = 0;
      process.laststop = this.clock.wall();
      process.lastExit = event.exit;
      process.history = withEnd(process.history, {
        exit: event.exit,
        durationMs: event.uptimeMs,
        endedBy: enderOf(event.exit, process.stopper, process.sent),
      });
    }
    // What an ended process leaves behind is known before anybody hears of its end.
    for (const effect of effects) this.#record(process, effect);
    for (const status of step.through) this.#enter(process, status, pid, effects);
    this.#enter(process, step.status, pid, effects);
    for (const effect of effects) this.#run(process, effect, pid);
    if (this.#stopping && process.status.state === "BACKOFF") {
      return this.apply(process, { type: "abandon" });
    }
    // With startsecs=0 a start has succeeded now: whoever waits for it is told so, however it ends.
    const { state, isPreparing } = process.status;
    if (state === "STARTING" && !isPreparing && process.config.startsecs <= 0) {
      return this.#fire(process);
    }
    this.#reconcile(process);
    tellWatchers(process);
    this.#waits.tell(process);
  }

  #stopsGroup({ status, config }: ManagedProcess): boolean {
    return status.state === "STOPPING" && config.killasgroup;
  }

  /** Whether any of what is stopped with it is left. */
  #groupLives(process: ManagedProcess): boolean {
    return this.#world.groupLives(process.pgid) ||
      process.config.stopscope === "tree" && this.#world.escapedLive(process);
  }

  #fire(process: ManagedProcess): void {
    disarm(process);
    const isGone = process.status.left !== undefined && !this.#groupLives(process);
    this.apply(process, { type: isGone ? "groupGone" : "timeout" });
  }

  #arm(process: ManagedProcess, ms: number): void {
    arm(process, this.clock, ms, () => this.#fire(process));
  }

  /** Only for those whose waits vary. */
  #chance({ config: { restartbackoff } }: ManagedProcess): { readonly chance?: number } {
    return restartbackoff?.jitter ? { chance: this.#world.random() } : {};
  }

  #record(process: ManagedProcess, effect: Effect): void {
    if (effect.type === "spawnerr") process.spawnerr = effect.text;
    if (effect.type === "exitstatus") process.exitstatus = effect.status;
  }

  #enter(
    process: ManagedProcess,
    status: Status,
    pid: number,
    effects: readonly Effect[],
  ): void {
    const from = process.status.state;
    process.status = status;
    if (status.left) this.#leaving.add(process);
    else this.#leaving.delete(process);
    if (from === status.state) return;
    disarm(process);
    this.#waits.passed(process, status.state);
    // Stopped while it waited for another try, or for pre_start: this is when it stopped.
    const hadNone = pid === 0 && (from === "BACKOFF" || from === "STOPPING");
    if (hadNone && status.state === "STOPPED") process.laststop = this.clock.wall();
    const expected = effects.some((effect) =>
      effect.type === "log" && effect.entry.type === "exited" && effect.entry.expected
    );
    this.#world.stateChanged({ process, from, to: status, pid, expected });
  }

  #run(process: ManagedProcess, effect: Effect, pid: number): void {
    switch (effect.type) {
      case "spawn":
        return this.#spawn(process);
      case "hook":
        return this.#runHook(process, effect.hook);
      case "signalHook":
        return process.hooks.get("pre_start")?.signal(effect.signal);
      case "timer":
        return this.#arm(process, effect.ms);
      case "signal":
        return this.#kill(process, effect.signal, effect.toGroup);
      case "log": {
        const { level, text } = describeRemark(effect.entry, process.config.name, pid);
        return this.#world.log(level, text);
      }
    }
  }

  #runHook(process: ManagedProcess, hook: Hook): void {
    if (hook === "pre_start") {
      if (process.hooks.has("post_stop")) return; // of the last run; its end is told
      this.#beginStart(process);
      if (process.config.pre_start === null) return this.#hookEnded(process, hook, null);
    }
    const running = this.#world.runHook(process, hook, (failure) => {
      if (process.hooks.get(hook) !== running) return; // there is a later one
      process.hooks.delete(hook);
      this.#hookEnded(process, hook, failure);
    });
    process.hooks.set(hook, running);
  }

  /** Of one that was removed meanwhile nothing follows any more. */
  #hookEnded(process: ManagedProcess, hook: Hook, failure: string | null): void {
    const { name } = process.config;
    if (failure !== null && hook !== "pre_start") this.#world.log("warn", `'${name}': ${failure}`);
    if (!this.#groups.has(process)) return;
    if (failure !== null && hook === "pre_start" && process.status.state === "STARTING") {
      process.history = withStart(process.history, process.laststart, { reason: failure });
    }
    this.apply(process, { type: "hookEnded", hook, failure, ...this.#chance(process) });
  }

  #beginStart(process: ManagedProcess): void {
    process.laststart = this.clock.wall();
    process.startedAt = this.clock.now();
    process.killedAt = null;
    process.stopper = null;
    process.sent = null;
    process.spawnerr = "";
    process.exitstatus = 0;
  }

  #spawn(process: ManagedProcess): void {
    this.#beginStart(process);
    const launched = this.#world.launch(process);
    process.history = withStart(process.history, process.laststart, launched);
    if (!launched.ok) {
      return this.apply(process, {
        type: "spawnFailed",
        reason: launched.reason,
        ...this.#chance(process),
      });
    }
    process.pid = process.pgid = launched.pid;
    this.#byPid.set(launched.pid, process);
    this.#world.log("info", `spawned: '${process.config.name}' with pid ${launched.pid}`);
    this.#endGroupOf(launched.pid);
  }

  /** A number is given again only once nobody is left in the group that had it. */
  #endGroupOf(reusedPid: number): void {
    for (const process of [...this.#leaving]) {
      if (process.pgid === reusedPid) this.apply(process, { type: "groupGone" });
    }
  }

  #kill(process: ManagedProcess, signal: number, toGroup: boolean): void {
    const delivery = kill(this.#world, process, signal, toGroup);
    if (delivery.type === "refused") this.#refused(process, delivery.reason);
  }

  #refused(process: ManagedProcess, reason: string): void {
    process.spawnerr = `unknown problem killing ${process.config.name} (${process.pid}):${reason}`;
    this.#world.log("critical", process.spawnerr);
    this.apply(process, { type: "signalFailed" });
  }

  #reconcile(process: ManagedProcess): void {
    if (process.timer !== null || process.waiting) return;
    const now = this.clock.now();
    const restart = reconcile(process.status, {
      exitstatus: process.exitstatus,
      stopping: this.#stopping,
      budget: process.budget,
      restarts: process.restarts,
      now,
      ...this.#chance(process),
    }, process.config);
    if (!restart) return;
    if ("limited" in restart) {
      return this.apply(process, { type: "limited", reason: restart.limited });
    }
    process.budget = restart.budget;
    process.restarts = restart.restarts;
    this.#arm(process, restart.ms);
  }
}

function tellWatchers({ watchers }: ManagedProcess): void {
  for (const watcher of [...watchers]) watcher();
}
