/** Everything that happens, on its way to the listeners that asked for it. */
import type { EventListenerConfig, GroupConfig } from "../model/config.ts";
import type { ConcreteEventType } from "../model/event_types.ts";
import { ListenerPool, type PoolWorld } from "./listener_pool.ts";
import {
  type Notification,
  type ProcessChange,
  processGroup,
  processState,
  tick,
} from "./notifications.ts";
import { defaultHandler, type ResultHandler } from "./result_handler.ts";
import { Ticker } from "./ticker.ts";

/** What the bus needs of the world. */
export interface BusWorld extends PoolWorld {
  /** The handler that a pool names as its `result_handler`, where it is not the default one. */
  resultHandler?(spec: string): ResultHandler | undefined;
}

/**
 * The event listeners of one life of the daemon.
 *
 * It is told what happens, in the order in which it happens, and hands that to the pools that want
 * it. A group that is a pool subscribes by being added. All that is known of a pool's processes
 * comes through `processState` and `listenerOutput`; so the last output of a process has to arrive
 * before the change of state that says it is gone.
 *
 * @example
 * ```ts
 * const bus = new EventBus({ server: "supervisor", clock, write, log }, previous?.serial);
 * for (const group of config.groups) bus.groupAdded(group);
 * bus.notify(supervisorState("RUNNING"));
 * bus.processState(change);
 * bus.listenerOutput("pool", "pool_00", chunk);
 * if (bus.wants("PROCESS_LOG_STDOUT")) bus.notify(processLog(output));
 * bus.notify(supervisorState("STOPPING")); // before the first process is stopped
 * bus.close();
 * ```
 */
export class EventBus {
  readonly #world: BusWorld;
  readonly #pools = new Map<string, ListenerPool>();
  readonly #ticker: Ticker;
  #serial: number;

  /** @param serial The `serial` of the bus before a restart in place. */
  constructor(world: BusWorld, serial: number = 0) {
    this.#world = world;
    this.#serial = serial;
    this.#ticker = new Ticker(world.clock, (period, when) => this.notify(tick(period, when)));
  }

  /** The number that the next event will have. */
  get serial(): number {
    return this.#serial;
  }

  /** Whether anybody would get such an event: for those that are costly to make. */
  wants(type: ConcreteEventType): boolean {
    return [...this.#pools.values()].some((pool) => pool.wants(type));
  }

  /** Hands an event to every pool that wants it. One that nobody wants uses up no serial. */
  notify(notification: Notification): void {
    const pools = [...this.#pools.values()].filter((pool) => pool.wants(notification.type));
    if (pools.length === 0) return;
    const serial = this.#serial++;
    for (const pool of pools) pool.accept(notification, serial);
  }

  /** A group became active. A pool hears of itself. */
  groupAdded(config: GroupConfig): void {
    if (config.kind === "eventlistener") {
      this.#pools.set(config.name, this.#newPool(config));
      this.#tickWhileWanted();
    }
    this.notify(processGroup("ADDED", config.name));
  }

  /** A group is active no longer. A pool does not hear of its own end. */
  groupRemoved(name: string): void {
    if (this.#pools.delete(name)) this.#tickWhileWanted();
    this.notify(processGroup("REMOVED", name));
  }

  /** A process changed its state; of a listener this also says whether it can be spoken to. */
  processState(change: ProcessChange): void {
    const { group, process, to } = change;
    const pool = this.#pools.get(group);
    pool?.entering(process, to);
    this.notify(processState(change));
    pool?.entered(process, to);
  }

  /** Whether a group's processes are listeners. */
  isPool(group: string): boolean {
    return this.#pools.has(group);
  }

  /** Takes what a process of a pool wrote on its stdout; of other processes nothing. */
  listenerOutput(group: string, process: string, chunk: Uint8Array): void {
    this.#pools.get(group)?.output(process, chunk);
  }

  /** Ends the timer behind the TICK events. */
  close(): void {
    this.#ticker.stop();
  }

  #newPool(config: EventListenerConfig): ListenerPool {
    const handler = this.#world.resultHandler?.(config.result_handler) ?? defaultHandler;
    return new ListenerPool(config, handler, this.#world);
  }

  #tickWhileWanted(): void {
    const wanted = (["TICK_5", "TICK_60", "TICK_3600"] as const).some((type) => this.wants(type));
    if (wanted) this.#ticker.start();
    else this.#ticker.stop();
  }
}
