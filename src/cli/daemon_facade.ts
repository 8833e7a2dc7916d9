/** The running daemon as its servers see it. */
import type { Supervisor } from "../engine/supervisor.ts";
import type { EventBus } from "../events/event_bus.ts";
import { remoteCommunication } from "../events/notifications.ts";
import { type Follower, followFile } from "../logs/follow_file.ts";
import { followStream } from "../logs/follow_stream.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import { oneLine } from "../logs/one_line.ts";
import { readBytes } from "../logs/read_log.ts";
import type { RecentOutput } from "../logs/recent_output.ts";
import type { Config } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { hostName } from "../platform/machine.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import type { Changes, Daemon } from "../server/daemon.ts";
import type { ChildLogs } from "./child_logs.ts";
import type { Children } from "./children.ts";
import { resolveCommand } from "./command.ts";
import type { Hooks } from "./hooks.ts";
import { reloadProgram } from "./reload_program.ts";
import type { DaemonLog } from "./daemon_log.ts";

/** How much of a log's present end comes first. @see spec/control.md §1, "Log following" */
const FOLLOW_START_BYTES = 1024;

export interface FacadeParts {
  readonly supervisor: Supervisor;
  readonly log: DaemonLog;
  readonly logs: ChildLogs;
  readonly children: Children;
  readonly hooks: Hooks;
  readonly events: EventBus;
  readonly watchers: LogWatchers;
  /** Told of each change of a state or a membership. */
  readonly changeListeners: Set<() => void>;
  config(): Config;
  /** @throws {ConfigError} */
  reread(): Changes;
  shutdown(): void;
  /** @throws {ConfigError} */
  restart(): void;
}

export function daemonFacade(parts: FacadeParts): Daemon {
  const { supervisor, log, logs, children, hooks, events, watchers, changeListeners } = parts;
  function follow(inMemory: RecentOutput | undefined, path: string | null): Follower | undefined {
    if (inMemory) return followStream(inMemory, FOLLOW_START_BYTES, systemClock.wall());
    if (path === null) return undefined;
    const surroundings = { files: systemLogFiles, clock: systemClock, watchers };
    return followFile(path, FOLLOW_START_BYTES, surroundings);
  }
  return {
    supervisor,
    pid: process.pid,
    hostname: hostName(),
    onChange(listener) {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
    config: parts.config,
    log: (level, text) => log.log.log(level, oneLine(text)),
    wall: systemClock.wall,
    reread: parts.reread,
    shutdown: parts.shutdown,
    restart: parts.restart,
    checkCommand({ config }) {
      const command = resolveCommand(config);
      return command.ok ? undefined : command.trouble;
    },
    reload: (process) => reloadProgram({ supervisor, hooks, log: log.log }, process),
    logPaths: (process) => logs.paths(process),
    clearLogs: (process) => logs.clear(process),
    activityLogPath: () => log.path,
    clearActivityLog: () => log.clear(),
    openActivityLog() {
      const { inMemory } = log;
      return inMemory ? readBytes(inMemory.contents()) : systemLogFiles.openReader(log.path);
    },
    openProcessLog(process, channel) {
      const inMemory = logs.inMemory(process, channel);
      if (inMemory) return readBytes(inMemory.contents());
      const path = logs.paths(process)[channel];
      return path === null ? undefined : systemLogFiles.openReader(path);
    },
    followActivityLog: () => follow(log.inMemory, log.path),
    followProcess: (process, channel) =>
      follow(logs.inMemory(process, channel), logs.paths(process)[channel]),
    sendStdin: (process, bytes) => children.sendStdin(process, bytes),
    sendRemoteEvent: (type, data) => events.notify(remoteCommunication(type, data)),
  };
}
