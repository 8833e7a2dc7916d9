/** What the daemon does on a signal. @see spec/processes.md §3 */
import type { Supervisor } from "../engine/supervisor.ts";
import type { DaemonSignal } from "../platform/daemon_signals.ts";
import type { Children } from "./children.ts";
import type { DaemonLog } from "./daemon_log.ts";
import type { Ending } from "./ending.ts";
import type { SideCommands } from "./side_commands.ts";

export interface SignalParts {
  readonly log: DaemonLog;
  readonly children: Children;
  readonly sideCommands: SideCommands;
  readonly supervisor: Supervisor;
  readonly ending: Ending;
  /** @throws {ConfigError} */
  restart(): void;
  onRestartRefused(reason: string): void;
}

export function actOnSignal(signal: DaemonSignal, parts: SignalParts): void {
  const { log: { log }, children, supervisor, ending } = parts;
  switch (signal) {
    case "SIGCHLD":
      log.log("debug", "received SIGCHLD indicating a child quit");
      return children.reap(supervisor);
    case "SIGHUP":
      return hangUp(parts);
    case "SIGUSR2":
      log.log("info", "received SIGUSR2 indicating log reopen request");
      log.log("info", "supervisord logreopen");
      parts.log.reopen();
      return children.reopenLogs();
    case "SIGUSR1": // what some programs take to reopen their logs ends one that does not know it
      return log.log("warn", "ignored SIGUSR1: logs are reopened with SIGUSR2");
    default:
      log.log("warn", `received ${signal} indicating exit request`);
      // Programs are still stopping, and somebody is tired of waiting for them.
      if (ending.isOverdue) {
        parts.sideCommands.killAll();
        supervisor.killAll();
      }
      return ending.begin("shutdown");
  }
}

function hangUp({ log: { log }, ending, restart, onRestartRefused }: SignalParts): void {
  if (ending.outcome === "shutdown") {
    return log.log("warn", "ignored SIGHUP indicating restart request (shutdown in progress)");
  }
  log.log("warn", "received SIGHUP indicating restart request");
  try {
    restart();
  } catch (error) {
    const { message } = error as Error;
    log.log("critical", `not restarting: ${message}`);
    onRestartRefused(message);
  }
}
