/** Who waits for whom, to be found by who is waited for. */
import type { Processes } from "../model/dependency.ts";
import type { ManagedProcess } from "./process.ts";

export class Waiters {
  /** By `group:process`, or by `group:` for those who wait for all of it. */
  readonly #byKey = new Map<string, Set<ManagedProcess>>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  add(waiter: ManagedProcess, awaited: readonly Processes[]): void {
    for (const key of awaited.map(keyOf)) {
      const waiters = this.#byKey.get(key);
      if (waiters) waiters.add(waiter);
      else this.#byKey.set(key, new Set([waiter]));
    }
  }

  remove(waiter: ManagedProcess, awaited: readonly Processes[]): void {
    for (const key of awaited.map(keyOf)) {
      const waiters = this.#byKey.get(key);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#byKey.delete(key);
    }
  }

  /** Those who wait for a process now. */
  of({ group, config: { name } }: ManagedProcess): readonly ManagedProcess[] {
    if (this.isEmpty) return [];
    const keys = [keyOf({ group, process: name }), keyOf({ group, process: null })];
    return keys.flatMap((key) => [...this.#byKey.get(key) ?? []]);
  }

  /** Those who wait for something of a group now. */
  ofGroup(group: string): ReadonlySet<ManagedProcess> {
    const waiters = [...this.#byKey].filter(([key]) => key.startsWith(`${group}:`));
    return new Set(waiters.flatMap(([, each]) => [...each]));
  }
}

function keyOf({ group, process }: Processes): string {
  return `${group}:${process ?? ""}`;
}
