/** The lives of a daemon: each from a configuration to a shutdown, or to a restart in place. */
import type { ActivityLog } from "../logs/activity_log.ts";
import type { Config, SupervisordConfig } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { type DaemonSignal, onSignal, onUnexpected } from "../platform/daemon_signals.ts";
import { reportReady } from "../platform/detach.ts";
import {
  feedWatchdog,
  notifyReloading,
  notifyStopping,
  notifyUp,
} from "../platform/service_manager.ts";
import { finishStreams } from "../platform/streams.ts";
import { DaemonRun } from "./daemon_run.ts";
import type { ConfigOrigin } from "./live_config.ts";
import { dropPrivileges, type Notices, raiseLimits } from "./privileges.ts";

const SIGNALS: readonly DaemonSignal[] = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGCHLD",
];

/** How long the end of the daemon waits for whoever reads its last lines. */
const LAST_LINES_MS = 1000;

/**
 * Supervises until a shutdown, through all restarts.
 *
 * @param first What the first life begins with.
 * @returns The exit status.
 * @throws {StartError} If a life cannot begin.
 */
export async function live(first: Config, origin: ConfigOrigin): Promise<number> {
  const firstNotices = becomeConfigured(first);
  raiseLimits(first.supervisord, firstNotices);
  let current: DaemonRun | undefined;
  for (const signal of SIGNALS) onSignal(signal, () => current?.handle(signal));
  onUnexpected((error) => current?.report(error));
  feedWatchdog(systemClock);
  for (let config = first;; config = current.nextConfig()) {
    const detaching = config === first && !config.supervisord.nodaemon;
    const { supervisord } = config;
    current = new DaemonRun(config, {
      origin,
      eventSerial: current?.eventSerial ?? 0,
      notices: config === first ? firstNotices : becomeConfigured(config),
      onListening: (log) => detaching && enterBackground(supervisord, log),
      onStarted(processes) {
        notifyUp(`Started with ${counted(processes)}`);
        if (detaching) reportReady();
      },
      onStopping(outcome, processes) {
        const status = `Stopping ${counted(processes)}`;
        if (outcome === "restart") notifyReloading(`${status}, to start anew`);
        else notifyStopping(status);
      },
      onRestartRefused(reason) {
        notifyReloading("Reading the configuration");
        notifyUp(`Not restarted: ${reason}`);
      },
    });
    if (await current.run() === "restart") continue;
    finishStreams(LAST_LINES_MS);
    return current.exitStatus;
  }
}

/** The daemon's user; a later life finds itself to be that one already. @throws {StartError} */
function becomeConfigured({ supervisord }: Config): Notices {
  const notices: Notices = { critical: [], info: [] };
  dropPrivileges(supervisord, notices);
  return notices;
}

function counted(processes: number): string {
  return processes === 1 ? "1 process" : `${processes} processes`;
}

/** @see spec/processes.md §2, step 10 */
function enterBackground({ directory, umask }: SupervisordConfig, log: ActivityLog): void {
  log.log("info", "daemonizing the supervisord process");
  if (directory !== null) {
    try {
      process.chdir(directory);
      log.log("info", `set current directory: '${directory}'`);
    } catch (error) {
      log.log("critical", `can't chdir into '${directory}': ${(error as Error).message}`);
    }
  }
  process.umask(umask);
}
