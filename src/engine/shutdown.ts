/** Stopping everything, in order. @see spec/processes.md §8, "shutdown order" */
import type { LogLevel } from "../model/config.ts";
import type { Asker } from "../model/details.ts";
import { isStoppedState } from "../model/state.ts";
import { type Dependents, dependentsAmong, dependentsFirst } from "./dependency_order.ts";
import { inStopOrder } from "./order.ts";
import type { ManagedProcess } from "./process.ts";
import type { Supervisor } from "./supervisor.ts";

const SHUTDOWN: Asker = { via: "shutdown", peer: null };

/** How often the log names those who are still there. */
const REPORT_MS = 3000;

/** What was killed and is there after this long waits in the system, and may do so for ever. */
const HOPELESS_MS = 30_000;

/**
 * Stops everything, the highest priority of a group first. What has equal priority stops together, but
 * each only after those that depend on it; the next priority waits until all of it is down. A program
 * that is depended on stays for as long as they do, whatever its own priority says. Every stop ends:
 * stopwaitsecs, then SIGKILL, then we give up.
 */
export async function stopEverything(
  supervisor: Supervisor,
  log: (level: LogLevel, text: string) => void,
): Promise<void> {
  supervisor.beginStopping();
  const silence = reportUnstopped(supervisor, log);
  try {
    const processes = inStopOrder(supervisor.groups.values());
    const dependents = dependentsAmong(processes);
    const ordered = dependentsFirst(processes, dependents);
    for (const level of byDescendingPriority(supervisor, ordered, dependents)) {
      await stopTogether(supervisor, level, dependents);
    }
  } finally {
    silence();
  }
}

/** @param processes Those that depend on another come before it. */
function byDescendingPriority(
  { groups }: Supervisor,
  processes: readonly ManagedProcess[],
  dependents: Dependents,
): readonly (readonly ManagedProcess[])[] {
  const priorities = new Map<ManagedProcess, number>();
  for (const process of processes) {
    const own = groups.get(process.group)!.config.priority;
    const theirs = dependents.get(process)?.map((dependent) => priorities.get(dependent) ?? own);
    priorities.set(process, theirs ? Math.min(own, ...theirs) : own);
  }
  const levels = Map.groupBy(processes, (process) => priorities.get(process)!);
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
}

async function stopTogether(
  supervisor: Supervisor,
  processes: readonly ManagedProcess[],
  dependents: Dependents,
): Promise<void> {
  const over = new Map<ManagedProcess, Promise<void>>();
  const stop = (process: ManagedProcess) => {
    supervisor.stop(process, SHUTDOWN);
    return untilOver(supervisor, process, () => supervisor.giveUp(process));
  };
  for (const process of processes) {
    const before = (dependents.get(process) ?? []).map((dependent) => over.get(dependent));
    const isFirst = before.every((each) => each === undefined); // others are down already
    over.set(process, isFirst ? stop(process) : Promise.all(before).then(() => stop(process)));
  }
  await Promise.all(over.values());
}

/**
 * Resolves once the process is down, or there is no use in waiting for it any longer.
 *
 * @param giveUp Called in that case.
 */
export function untilOver(
  { clock }: Supervisor,
  process: ManagedProcess,
  giveUp: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    let cancel: (() => void) | undefined;
    const over = () => {
      cancel?.();
      process.watchers.delete(watcher);
      resolve();
    };
    const watcher = () => {
      if (isDown(process)) return over();
      if (process.killedAt === null) return;
      cancel ??= clock.after(process.killedAt + HOPELESS_MS - clock.now(), () => {
        if (process.status.ended) return; // only post_stop is to come, which has a time of its own
        giveUp();
        over();
      });
    };
    process.watchers.add(watcher);
    watcher();
  });
}

export function isDown({ status }: ManagedProcess): boolean {
  return isStoppedState(status.state);
}

/** Resolves once the process is down; at once if it is. */
export function untilStopped(process: ManagedProcess): Promise<void> {
  if (isDown(process)) return Promise.resolve();
  return new Promise((resolve) => {
    const watcher = () => {
      if (!isDown(process)) return;
      process.watchers.delete(watcher);
      resolve();
    };
    process.watchers.add(watcher);
  });
}

/** Names the unstopped now and every few seconds. @returns Ends it. */
function reportUnstopped(
  supervisor: Supervisor,
  log: (level: LogLevel, text: string) => void,
): () => void {
  let cancel = () => {};
  function report(): void {
    const names = [...supervisor.allProcesses()]
      .filter((process) => !isStoppedState(process.status.state))
      .map((process) => process.config.name);
    if (names.length === 0) return;
    log("info", `waiting for ${names.join(", ")} to die`);
    cancel = supervisor.clock.after(REPORT_MS, report);
  }
  report();
  return () => cancel();
}
