/** What the tests of this room share. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventListenerConfig, ProcessConfig } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import { ListenerPool } from "./listener_pool.ts";
import { remoteCommunication } from "./notifications.ts";
import { defaultHandler, type ResultHandler } from "./result_handler.ts";

export interface FakeClock extends Clock {
  /** Lets time pass, on both clocks, and runs what gets due. */
  tick(ms: number): void;
  /** Sets the wall clock; timers do not notice. */
  setWall(ms: number): void;
  /** How many timers are armed. */
  readonly armed: number;
}

interface Timer {
  readonly due: number;
  readonly task: () => void;
}

export function fakeClock(wall: number = 0): FakeClock {
  let now = 0;
  let offset = wall;
  const timers = new Set<Timer>();

  function firstDue(until: number): Timer | undefined {
    const due = [...timers].filter((timer) => timer.due <= until);
    return due.sort((a, b) => a.due - b.due)[0];
  }

  return {
    now: () => now,
    wall: () => now + offset,
    after(ms, task) {
      const timer = { due: now + Math.max(0, ms), task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    tick(ms) {
      const end = now + ms;
      for (let timer = firstDue(end); timer; timer = firstDue(end)) {
        timers.delete(timer);
        now = timer.due;
        timer.task();
      }
      now = end;
    },
    setWall: (ms) => offset = ms - now,
    get armed() {
      return timers.size;
    },
  };
}

export interface PoolOptions {
  readonly name?: string;
  readonly events?: readonly string[];
  readonly buffer_size?: number;
  /** Names of its processes. */
  readonly processes?: readonly string[];
}

/** A pool `ear` with one process of that name, which wants everything. */
export function poolConfig(options: PoolOptions = {}): EventListenerConfig {
  const { name = "ear", events = ["EVENT"], buffer_size = 10, processes = [name] } = options;
  return {
    kind: "eventlistener",
    name,
    priority: -1,
    buffer_size,
    events,
    result_handler: "supervisor.dispatchers:default_handler",
    processes: processes.map((process) => ({ name: process }) as ProcessConfig),
  };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A pool, and what happens to it and around it. */
export function poolOf(options: PoolOptions = {}, handler: ResultHandler = defaultHandler) {
  const clock = fakeClock();
  const log: string[] = [];
  const written: string[] = [];
  const broken = new Set<string>();
  const pool = new ListenerPool(poolConfig(options), handler, {
    server: "lab",
    clock,
    log: (level, line) => log.push(`${level} ${line}`),
    write(group, process, message) {
      assert.equal(group, options.name ?? "ear");
      if (broken.has(process)) return false;
      const [, serial, poolserial] = /serial:(\d+) .*poolserial:(\d+)/.exec(text(message))!;
      written.push(`${process} ${serial}/${poolserial}`);
      return true;
    },
  });
  function start(process = "ear"): void {
    for (const state of ["STARTING", "RUNNING"] as const) {
      pool.entering(process, state);
      pool.entered(process, state);
    }
  }
  function end(process = "ear"): void {
    pool.entering(process, "EXITED");
    pool.entered(process, "EXITED");
  }
  const say = (what: string, process = "ear") => pool.output(process, bytes(what));
  const accept = (...serials: number[]) => {
    for (const serial of serials) pool.accept(remoteCommunication("t", `${serial}`), serial);
  };
  return { accept, broken, clock, end, log, pool, say, start, written };
}

/** Every way of cutting bytes into chunks, empty ones among them. */
export function cuts(whole: Uint8Array): fc.Arbitrary<readonly Uint8Array[]> {
  return fc.array(fc.nat(whole.length), { maxLength: 12 }).map((places) => {
    const ends = [...places.sort((a, b) => a - b), whole.length];
    return ends.map((end, i) => whole.slice(i === 0 ? 0 : ends[i - 1], end));
  });
}
