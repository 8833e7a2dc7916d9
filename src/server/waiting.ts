/** Calls that answer when something has happened. They hold up nobody else. */
import { isStuck, type ManagedProcess } from "../engine/process.ts";
import { untilStopped } from "../engine/shutdown.ts";
import type { Clock } from "../platform/clock.ts";
import { fault } from "../rpc/faults.ts";
import type { Daemon } from "./daemon.ts";

/** How often the log says that a stop is still being waited for. */
const REPORT_MS = 2000;

/** How long what does not come by itself may take to be started as well: `start web db` asks for both. */
const ALSO_STARTED_MS = 300;

/**
 * Resolves when the process is RUNNING. It may wait for others until then, but not for what does not
 * come by itself, unless that is started in a moment: it goes on waiting then, and whoever has asked
 * is told.
 *
 * @throws {RpcFault} SPAWN_ERROR when it failed, also where another try is to come;
 * ABNORMAL_TERMINATION when it left for another reason. @see spec/control.md §4, "Start with wait"
 */
export function untilRunning(
  process: ManagedProcess,
  name: string,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isPatient = true;
    const watcher = () => {
      const { status: { state }, waiting, spawnerr } = process;
      const isOnItsWay = waiting !== null
        ? isPatient || !isStuck(process)
        : state === "STARTING" && !spawnerr;
      if (isOnItsWay) return;
      cancel();
      process.watchers.delete(watcher);
      if (spawnerr !== "" && waiting === null) reject(fault("SPAWN_ERROR", name));
      else if (state === "RUNNING") resolve();
      else reject(fault("ABNORMAL_TERMINATION", name));
    };
    process.watchers.add(watcher);
    const cancel = process.waiting === null ? () => {} : clock.after(ALSO_STARTED_MS, () => {
      isPatient = false;
      watcher();
    });
    watcher();
  });
}

/** Resolves when the process is down; the log says that it is waited for. */
export async function untilDown(daemon: Daemon, process: ManagedProcess): Promise<void> {
  const stopped = untilStopped(process);
  let cancel = () => {};
  function report(): void {
    daemon.log("info", `waiting for ${process.config.name} to stop`);
    cancel = daemon.supervisor.clock.after(REPORT_MS, report);
  }
  if (process.status.state === "STOPPING") report();
  await stopped;
  cancel();
}
