/** Stopping everything, in order. @see spec/processes.md §8, "shutdown order" */
import type { LogLevel } from "../model/config.ts";
import { isStoppedState } from "../model/state.ts";
import { inStopOrder } from "./order.ts";
import type { ManagedProcess } from "./process.ts";
import type { Group, Supervisor } from "./supervisor.ts";

/** How often the log names those who are still there. */
const REPORT_MS = 3000;

/** What was killed and is there after this long waits in the system, and may do so for ever. */
const HOPELESS_MS = 30_000;

/**
 * Stops all groups, the highest priority first. Groups of equal priority stop together; the next
 * priority waits until they are down. Every stop ends: stopwaitsecs, then SIGKILL, then we give up.
 */
export async function stopEverything(
  supervisor: Supervisor,
  log: (level: LogLevel, text: string) => void,
): Promise<void> {
  supervisor.beginStopping();
  const silence = reportUnstopped(supervisor, log);
  try {
    for (const groups of byDescendingPriority([...supervisor.groups.values()])) {
      await stopGroups(supervisor, groups);
    }
  } finally {
    silence();
  }
}

function byDescendingPriority(groups: readonly Group[]): readonly (readonly Group[])[] {
  const levels = new Map<number, Group[]>();
  for (const group of groups) {
    const level = levels.get(group.config.priority);
    if (level) level.push(group);
    else levels.set(group.config.priority, [group]);
  }
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
}

async function stopGroups(supervisor: Supervisor, groups: readonly Group[]): Promise<void> {
  const processes = inStopOrder(groups);
  for (const process of processes) supervisor.stop(process);
  await Promise.all(processes.map((process) => untilOver(supervisor, process)));
}

/** Resolves once the process is down, or there is no use in waiting for it any longer. */
function untilOver(supervisor: Supervisor, process: ManagedProcess): Promise<void> {
  const { clock } = supervisor;
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
        supervisor.giveUp(process);
        over();
      });
    };
    process.watchers.add(watcher);
    watcher();
  });
}

function isDown({ status }: ManagedProcess): boolean {
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
