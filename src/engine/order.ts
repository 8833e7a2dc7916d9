/** Who starts first and who stops first. @see spec/config.md §8, spec/processes.md §8 */
import type { ManagedProcess } from "./process.ts";
import type { Group } from "./supervisor_world.ts";

interface Ranked {
  readonly priority: number;
}

/** Low priorities first; the given order within one. */
export function ascending<T extends Ranked>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.priority - b.priority);
}

/** By the priority of the group, then by that of the process: low ones first. */
export function inStartOrder(groups: Iterable<Group>): ManagedProcess[] {
  return arrange(groups, (a, b) => a.priority - b.priority);
}

/** By the priority of the group, then by that of the process: high ones first. */
export function inStopOrder(groups: Iterable<Group>): ManagedProcess[] {
  return arrange(groups, (a, b) => b.priority - a.priority);
}

function arrange(groups: Iterable<Group>, compare: (a: Ranked, b: Ranked) => number) {
  return [...groups]
    .sort((a, b) => compare(a.config, b.config))
    .flatMap((group) => [...group.processes.values()].sort((a, b) => compare(a.config, b.config)));
}
