/** The processes of one `[eventlistener:x]`, and the events that wait for them. */
import type { EventListenerConfig, LogLevel } from "../model/config.ts";
import { isSignallableState, type ProcessState } from "../model/state.ts";
import type { Clock } from "../platform/clock.ts";
import { EventBuffer } from "./event_buffer.ts";
import { type ConcreteEventType, matches } from "../model/event_types.ts";
import { ListenerProtocol, type ListenerStep } from "./listener_protocol.ts";
import { describeStep } from "./listener_remarks.ts";
import type { Notification } from "./notifications.ts";
import { type ResultHandler, verdictOf } from "./result_handler.ts";
import { encodeEvent, type PoolEvent } from "./wire_format.ts";

/** What a pool needs of the world. */
export interface PoolWorld {
  /** The daemon's `identifier`. */
  readonly server: string;
  readonly clock: Clock;
  /**
   * Writes to a process's stdin, or queues what finds no room in the pipe.
   *
   * @returns false if nobody reads there.
   */
  write(group: string, process: string, bytes: Uint8Array): boolean;
  log(level: LogLevel, text: string): void;
}

interface Listener {
  readonly name: string;
  readonly protocol: ListenerProtocol;
  state: ProcessState;
  /** Delivered, and not answered yet. */
  event: PoolEvent | null;
}

/**
 * Hands each event to one listener and keeps it until that one says OK.
 *
 * Nothing is polled: events go out when one arrives, when a listener gets READY, and when its
 * process enters RUNNING. Only what has to be delivered again waits a turn of the loop, so that a
 * listener which rejects everything cannot keep the daemon from its other work.
 *
 * @see spec/events.md §3
 */
export class ListenerPool {
  readonly #name: string;
  readonly #world: PoolWorld;
  readonly #handler: ResultHandler;
  readonly #types: ReadonlySet<string>;
  readonly #buffer: EventBuffer;
  /** In the order of the configuration: the first one that is free gets the event. */
  readonly #listeners: ReadonlyMap<string, Listener>;
  #nextSerial = 0;
  #redeliveryDue = false;

  constructor(config: EventListenerConfig, handler: ResultHandler, world: PoolWorld) {
    this.#name = config.name;
    this.#world = world;
    this.#handler = handler;
    this.#types = new Set(config.events);
    this.#buffer = new EventBuffer(config.buffer_size);
    this.#listeners = new Map(
      config.processes.map(({ name }) => [name, this.#newListener(name)]),
    );
  }

  wants(type: ConcreteEventType): boolean {
    return matches(type, this.#types);
  }

  /** Takes an event that the pool wants. */
  accept(notification: Notification, serial: number): void {
    const poolserial = this.#nextSerial++;
    this.#tellDropped(this.#buffer.append({ notification, serial, poolserial }));
    this.#dispatch();
  }

  /**
   * To be called before the pool hears of a change of state of one of its own processes: one that
   * has ended must not be handed the event of its own end.
   */
  entering(process: string, state: ProcessState): void {
    const listener = this.#listeners.get(process);
    if (listener === undefined) return;
    listener.state = state;
    if (state === "STARTING") listener.protocol.restart();
  }

  /**
   * To be called after it has heard: what an ended process had not answered goes to the front of
   * the buffer, where a later event cannot push it out at once.
   */
  entered(process: string, state: ProcessState): void {
    const listener = this.#listeners.get(process);
    if (listener === undefined) return;
    if (state === "RUNNING") this.#dispatch();
    if (!isSignallableState(state)) this.#giveBack(listener);
  }

  /** Takes what a process wrote on its stdout. */
  output(process: string, chunk: Uint8Array): void {
    const listener = this.#listeners.get(process);
    if (listener === undefined || !isSignallableState(listener.state)) return;
    for (const step of listener.protocol.feed(chunk)) this.#follow(listener, step);
    if (listener.protocol.state === "READY") this.#dispatch();
  }

  #newListener(name: string): Listener {
    const protocol = new ListenerProtocol((result) =>
      verdictOf(this.#handler, result, listener.event!.notification)
    );
    const listener: Listener = { name, protocol, state: "STOPPED", event: null };
    return listener;
  }

  #follow(listener: Listener, step: ListenerStep): void {
    for (const { level, text } of describeStep(listener.name, step)) this.#world.log(level, text);
    if (step.cause === "processed") listener.event = null;
    else this.#giveBack(listener);
  }

  /** The listener is not going to answer for its event, if it has one: somebody has to. */
  #giveBack(listener: Listener): void {
    const { event } = listener;
    if (event === null) return;
    listener.event = null;
    this.#putBack(event);
    if (this.#redeliveryDue) return;
    this.#redeliveryDue = true;
    this.#world.clock.after(0, () => {
      this.#redeliveryDue = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#redeliveryDue) return;
    for (let event = this.#buffer.takeFirst(); event; event = this.#buffer.takeFirst()) {
      if (!this.#send(event)) return this.#putBack(event);
    }
  }

  /** @returns false if no listener is free. */
  #send(event: PoolEvent): boolean {
    for (const listener of this.#listeners.values()) {
      if (listener.state !== "RUNNING" || listener.protocol.state !== "READY") continue;
      const bytes = encodeEvent(event, this.#world.server, this.#name);
      if (this.#world.write(this.#name, listener.name, bytes)) {
        listener.protocol.sent();
        listener.event = event;
        this.#world.log("debug", `event ${event.serial} sent to listener ${listener.name}`);
        return true;
      }
      this.#world.log(
        "debug",
        `epipe occurred while sending event ${event.serial} to listener ${listener.name}, ` +
          "listener state unchanged",
      );
    }
    return false;
  }

  #putBack(event: PoolEvent): void {
    const { size, max } = this.#buffer;
    this.#world.log(
      "debug",
      `rebuffering event ${event.serial} for pool ${this.#name} (buf size=${size}, max=${max})`,
    );
    this.#tellDropped(this.#buffer.putBack(event));
  }

  #tellDropped(event: PoolEvent | undefined): void {
    if (event === undefined) return;
    this.#world.log(
      "error",
      `pool ${this.#name} event buffer overflowed, discarding event ${event.serial}`,
    );
  }
}
