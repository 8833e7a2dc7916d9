/** Programs that depend on each other: who starts first, and who stops first. */
import type { ManagedProcess } from "./process.ts";

/** By process: those of the same request that depend on it; empty where nothing does. */
export type Dependents = ReadonlyMap<ManagedProcess, readonly ManagedProcess[]>;

interface Visit {
  readonly process: ManagedProcess;
  readonly rest: Iterator<ManagedProcess>;
}

/** Only `depends_on` counts: what a program waited for once, it may do without. */
export function dependentsAmong(processes: readonly ManagedProcess[]): Dependents {
  const dependents = new Map<ManagedProcess, ManagedProcess[]>();
  if (processes.every(({ config }) => config.depends_on === null)) return dependents;
  const groups = Map.groupBy(processes, ({ group }) => group);
  const byName = new Map(processes.map((each) => [`${each.group}:${each.config.name}`, each]));
  for (const dependent of processes) {
    for (const { group, process } of dependent.config.depends_on ?? []) {
      const named = process === null ? groups.get(group) : [byName.get(`${group}:${process}`)];
      for (const each of named ?? []) {
        if (!each || each === dependent) continue;
        const known = dependents.get(each);
        if (known) known.push(dependent);
        else dependents.set(each, [dependent]);
      }
    }
  }
  return dependents;
}

/** The given order, but who depends on a process comes before it. */
export function dependentsFirst(
  processes: readonly ManagedProcess[],
  dependents: Dependents,
): readonly ManagedProcess[] {
  if (dependents.size === 0) return processes;
  const ordered = new Set<ManagedProcess>();
  const entered = new Set<ManagedProcess>();
  // By a stack of its own: a chain may be as long as a configuration.
  const stack: Visit[] = [];
  function enter(process: ManagedProcess): void {
    if (entered.has(process)) return;
    entered.add(process);
    stack.push({ process, rest: (dependents.get(process) ?? [])[Symbol.iterator]() });
  }
  for (const process of processes) {
    enter(process);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.rest.next();
      if (!next.done) enter(next.value);
      else ordered.add(stack.pop()!.process);
    }
  }
  return [...ordered];
}

/** The given order, but what a process depends on comes before it. */
export function dependenciesFirst(processes: readonly ManagedProcess[]): readonly ManagedProcess[] {
  const dependents = dependentsAmong(processes);
  if (dependents.size === 0) return processes;
  return dependentsFirst(processes.toReversed(), dependents).toReversed();
}
