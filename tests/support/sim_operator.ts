/** What an operator asks of a daemon, as the control server does it, and what is to come of it. */
import { inStartOrder, inStopOrder } from "../../src/engine/order.ts";
import type { ManagedProcess } from "../../src/engine/process.ts";
import { untilStopped } from "../../src/engine/shutdown.ts";
import type { PlainGroupConfig } from "../../src/model/config.ts";
import { isRunningState, isSignallableState } from "../../src/model/state.ts";
import { untilRunning } from "../../src/server/waiting.ts";
import type { SimDaemon } from "./sim_daemon.ts";
import { canStop, isDown } from "./sim_life.ts";

export class SimOperator {
  readonly #daemon: SimDaemon;

  constructor(daemon: SimDaemon) {
    this.#daemon = daemon;
  }

  start(name: string): void {
    const process = this.#process(name);
    if (process) this.#startAll([process]);
  }

  startGroup(name: string): void {
    const group = this.#group(name);
    if (group) this.#startAll(inStartOrder([group]));
  }

  stop(name: string): void {
    const process = this.#process(name);
    if (process) this.#stopAll([process]);
  }

  stopGroup(name: string): void {
    const group = this.#group(name);
    if (group) this.#stopAll(inStopOrder([group]));
  }

  /** Stops, and starts when that is done. */
  restart(name: string): void {
    const process = this.#process(name);
    if (!process) return;
    this.#stopAll([process]);
    const life = this.#daemon.rules.of(process);
    if (!isDown(life)) life.stopWaits++;
    this.#daemon.expectAnswer(untilStopped(process).then(() => this.start(name)));
  }

  signal(name: string, signal: number): void {
    const process = this.#process(name);
    if (!process || !isSignallableState(process.status.state)) return;
    this.#daemon.onRequest(() => this.#daemon.supervisor.signal(process, signal));
  }

  /** Takes a group away, if it is down, and what is configured now comes in its place. */
  replace(name: string, config: PlainGroupConfig): void {
    this.#daemon.configs.set(name, config);
    this.remove(name);
    this.add(name);
  }

  remove(name: string): void {
    const group = this.#group(name);
    if (!group) return;
    const { rules, supervisor } = this.#daemon;
    const lives = [...group.processes.values()].map((process) => rules.of(process));
    const isRemoved = supervisor.removeGroup(group);
    if (isRemoved !== lives.every(isDown)) throw new Error(`removed ${name}: ${isRemoved}`);
    if (isRemoved) { for (const { process } of lives) rules.remove(process); }
  }

  add(name: string): void {
    if (!this.#daemon.answers || this.#daemon.supervisor.groups.has(name)) return;
    this.#daemon.addGroup(this.#daemon.configs.get(name)!);
    this.#daemon.autostart(name);
  }

  #process(name: string): ManagedProcess | undefined {
    return this.#daemon.answers ? this.#daemon.find(name) : undefined;
  }

  #group(name: string) {
    return this.#daemon.answers ? this.#daemon.supervisor.groups.get(name) : undefined;
  }

  #startAll(processes: readonly ManagedProcess[]): void {
    const { rules, supervisor } = this.#daemon;
    for (const process of processes) {
      const life = rules.of(process);
      const { starts } = life;
      const { state } = process.status;
      if (isRunningState(state) || state === "UNKNOWN" || state === "STOPPING") continue;
      life.asked = "start";
      supervisor.start(process);
      life.asked = null;
      if (life.starts === starts) throw new Error(`${life.config.name} is not started`);
      if (life.state === "STARTING") life.startWaits++;
      const running = untilRunning(process, life.config.name, supervisor.clock);
      this.#daemon.expectAnswer(running.catch(() => {}));
    }
    rules.forgetOrder();
  }

  #stopAll(processes: readonly ManagedProcess[]): void {
    const { rules, supervisor } = this.#daemon;
    for (const process of processes) {
      const life = rules.of(process);
      const expected = canStop(life);
      life.asked = "stop";
      const isStopped = supervisor.stop(process);
      life.asked = null;
      if (isStopped !== expected) throw new Error(`${life.config.name}: stop says ${isStopped}`);
      if (!isStopped) continue;
      rules.staysDown(life);
      if (!isDown(life)) life.stopWaits++;
      this.#daemon.expectAnswer(untilStopped(process));
    }
    rules.forgetOrder();
  }
}
