/**
 * Starts that wait for what their program depends on.
 *
 * A program that waits stays in the state that it is in, which is one of those where nothing of it
 * runs: STOPPED, EXITED, FATAL, or BACKOFF before another try. So clients that know only
 * Supervisor's states count it as down, no listener hears of a start that is none yet, and nobody
 * signals a pid that is not there. That it waits, and for what, is in its description. A stop ends
 * the waiting.
 */
import type { Processes, StartupWait } from "../model/dependency.ts";
import type { GroupConfig, LogLevel } from "../model/config.ts";
import { namespec } from "../model/namespec.ts";
import { sameData } from "../model/plain_data.ts";
import type { ProcessState } from "../model/state.ts";
import { describeNeed, describeWaiting, type Unmet } from "./dependencies.ts";
import {
  isStuck,
  type ManagedGroup,
  type ManagedProcess,
  type WaitFor,
  type Waiting,
} from "./process.ts";
import type { ProcessEvent } from "./step.ts";
import { transition } from "./transition.ts";
import { alwaysNeeded, neededOnce, unmetOf } from "./unmet.ts";
import { Waiters } from "./waiters.ts";

export interface WaitingWorld {
  readonly groups: ReadonlyMap<string, ManagedGroup<GroupConfig>>;
  /** What it waited for is there. */
  resume(process: ManagedProcess, event: ProcessEvent): void;
  /** It waits now, or for something else, or no longer. */
  changed(process: ManagedProcess): void;
  log(level: LogLevel, text: string): void;
}

export class WaitingStarts {
  readonly #world: WaitingWorld;
  readonly #waiters = new Waiters();
  /** Processes of which those who wait for them are still to hear. */
  readonly #changed: ManagedProcess[] = [];
  #isTelling = false;

  constructor(world: WaitingWorld) {
    this.#world = world;
  }

  /** @returns true if the event would start the process, and that has to wait. */
  holds(process: ManagedProcess, event: ProcessEvent): boolean {
    const { config, status, waiting } = process;
    if (config.depends_on === null && waiting === null) return false;
    if (event.type === "stop" || event.type === "abandon") this.forget(process);
    const next = transition(status, event, config).status;
    return next.state === "STARTING" && status.state !== "STARTING" &&
      this.#wait(process, event, alwaysNeeded(config));
  }

  /** As `holds`, for the start with the daemon. */
  holdsStartup(process: ManagedProcess, startup: readonly StartupWait[]): boolean {
    const all = [...alwaysNeeded(process.config), ...startup.map(neededOnce)];
    return this.#wait(process, { type: "start" }, all);
  }

  /** An update gave it other options: it waits for what they say, if anything. */
  renew(process: ManagedProcess): void {
    const { waiting, config } = process;
    if (!waiting) return;
    const startup = waiting.needs.some(isNeededOnce) ? config.dependent_startup_wait_for : null;
    const left = (startup ?? []).map(neededOnce).filter((need) => !hasSeen(waiting, need));
    this.forget(process);
    if (this.#wait(process, waiting.event, [...alwaysNeeded(config), ...left])) return;
    this.#world.resume(process, waiting.event);
  }

  forget(process: ManagedProcess): void {
    if (!process.waiting) return;
    this.#release(process);
    this.#world.changed(process);
  }

  /** A process passes a state: of those who wait for that alone it is all they need. */
  passed(process: ManagedProcess, state: ProcessState): void {
    for (const { waiting } of this.#waiters.of(process)) {
      waiting?.needs.forEach((each, index) => {
        const { need } = each;
        const isSeen = typeof need !== "string" && need.includes(state);
        if (isSeen && isAbout(each, process)) {
          waiting.unmet.delete(keyOf(index, process.config.name));
        }
      });
    }
  }

  /** Something of a process is other than before. One after the other: chains can be long. */
  tell(process: ManagedProcess): void {
    if (this.#waiters.isEmpty) return;
    this.#changed.push(process);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (const changed of this.#changed) {
        for (const waiter of this.#waiters.of(changed)) this.#hear(waiter, changed);
      }
    } finally {
      this.#changed.length = 0;
      this.#isTelling = false;
    }
  }

  /** A group was added or removed. */
  groupChanged(name: string): void {
    for (const waiter of this.#waiters.ofGroup(name)) {
      const { waiting } = waiter;
      if (!waiting) continue;
      waiter.waiting = { ...waiting, unmet: this.#allUnmet(waiting.needs) };
      this.#goOn(waiter);
      this.tell(waiter);
    }
  }

  #wait(process: ManagedProcess, event: ProcessEvent, needs: readonly WaitFor[]): boolean {
    const isNews = process.waiting === null;
    this.#release(process);
    const unmet = this.#allUnmet(needs);
    if (unmet.size === 0) return false;
    process.waiting = { event, needs, unmet };
    this.#waiters.add(process, needs);
    if (isNews) {
      const text = describeWaiting(unmet.values(), describeNeed);
      this.#world.log("info", `${process.config.name} is ${text}`);
      for (const each of unmet.values()) if (each.isAlarming) this.#warn(process, each);
    }
    this.#world.changed(process);
    this.tell(process);
    return true;
  }

  #hear(waiter: ManagedProcess, changed: ManagedProcess): void {
    const { waiting } = waiter;
    if (!waiting) return;
    const { group, config: { name } } = changed;
    const wasStuck = isStuck(waiter);
    waiting.needs.forEach((each, index) => {
      if (!isAbout(each, changed)) return;
      const { need } = each;
      const key = keyOf(index, name);
      const before = waiting.unmet.get(key);
      if (typeof need !== "string" && !before) return; // seen once is enough
      const unmet = unmetOf(need, namespec(group, name), changed);
      if (!unmet) return void waiting.unmet.delete(key);
      waiting.unmet.set(key, unmet);
      if (unmet.isAlarming && unmet.trouble !== before?.trouble) this.#warn(waiter, unmet);
    });
    this.#goOn(waiter);
    if (waiter.waiting && wasStuck !== isStuck(waiter)) this.tell(waiter);
  }

  #goOn(process: ManagedProcess): void {
    const { waiting } = process;
    if (!waiting) return;
    if (waiting.unmet.size > 0) return this.#world.changed(process);
    this.#release(process);
    this.#world.resume(process, waiting.event);
  }

  /** Nobody is told: what follows tells it. */
  #release(process: ManagedProcess): void {
    if (process.waiting) this.#waiters.remove(process, process.waiting.needs);
    process.waiting = null;
  }

  #allUnmet(needs: readonly WaitFor[]): Map<string, Unmet> {
    const all = new Map<string, Unmet>();
    needs.forEach(({ group, process, need }, index) => {
      const members = this.#world.groups.get(group)?.processes;
      const names = process !== null ? [process] : members?.keys() ?? [group];
      for (const name of names) {
        const unmet = unmetOf(need, namespec(group, name), members?.get(name));
        if (unmet) all.set(keyOf(index, name), unmet);
      }
    });
    return all;
  }

  #warn({ config: { name } }: ManagedProcess, unmet: Unmet): void {
    this.#world.log("warn", `${name} is ${describeWaiting([unmet])}`);
  }
}

function isAbout({ group, process }: Processes, { group: its, config }: ManagedProcess): boolean {
  return group === its && (process === null || process === config.name);
}

function isNeededOnce({ need }: WaitFor): boolean {
  return typeof need !== "string";
}

/** Seen once is enough, also where the others of its needs have changed. */
function hasSeen({ needs, unmet }: Waiting, once: WaitFor): boolean {
  const index = needs.findIndex((need) => sameData(need, once));
  return index >= 0 && ![...unmet.keys()].some((key) => key.startsWith(keyOf(index, "")));
}

function keyOf(index: number, process: string): string {
  return `${index} ${process}`;
}
