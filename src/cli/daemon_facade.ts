/** The running daemon as its servers see it. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { EventBus } from "../events/event_bus.ts";
import { remoteCommunication } from "../events/notifications.ts";
import { type Follower, followFile } from "../logs/follow_file.ts";
import { followStream } from "../logs/follow_stream.ts";
import { memoryPart, openParts } from "../logs/log_parts.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import { oneLine } from "../logs/one_line.ts";
import { readBytes, readSlice } from "../logs/read_log.ts";
import type { RecentOutput } from "../logs/recent_output.ts";
import type { Channel, Config } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { measureTrees } from "../platform/tree_usage.ts";
import { hostName } from "../platform/machine.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import type { Changes, Daemon } from "../server/daemon.ts";
import type { ChildLogs } from "./child_logs.ts";
import type { Children } from "./children.ts";
import { commandFile, resolveCommand } from "./command.ts";
import type { Hooks } from "./hooks.ts";
import { reloadProgram } from "./reload_program.ts";
import type { DaemonLog } from "./daemon_log.ts";
import type { Updates } from "./updates.ts";

/** How much of a log's present end comes first. @see spec/control.md §1, "Log following" */
const FOLLOW_START_BYTES = 1024;

/** How much of a run is looked at that is still in its log. */
const RUN_BYTES = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

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
  readonly updates: Updates;
  shutdown(): void;
  /** @throws {ConfigError} */
  restart(): void;
}

export function daemonFacade(parts: FacadeParts): Daemon {
  const { supervisor, log, logs, children, hooks, events, watchers, changeListeners } = parts;
  function follow(
    inMemory: RecentOutput | undefined,
    path: string | null,
    startBytes = FOLLOW_START_BYTES,
  ): Follower | undefined {
    if (inMemory) return followStream(inMemory, startBytes, systemClock.wall());
    if (path === null) return undefined;
    const surroundings = { files: systemLogFiles, clock: systemClock, watchers };
    return followFile(path, startBytes, surroundings);
  }
  /** Where the output of a run can be had: memory has less of it, but of any. */
  function runOf(process: ManagedProcess, channel: Channel) {
    const { recent } = logs.of(process)[channel];
    const path = logs.paths(process)[channel];
    const inMemory = logs.inMemory(process, channel) ?? (path === null ? recent : undefined);
    return { recent, inMemory, path, bytes: Math.min(recent.runBytes, RUN_BYTES) };
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
    planUpdate: (groups) => parts.updates.plan(groups),
    update: (groups) => parts.updates.run(groups),
    shutdown: parts.shutdown,
    restart: parts.restart,
    checkCommand({ config }) {
      const command = resolveCommand(config);
      return command.ok ? undefined : command.trouble;
    },
    reload: (process, by) => reloadProgram({ supervisor, hooks, log: log.log }, process, by),
    commandFile: ({ config }) => commandFile(config),
    logPaths: (process) => logs.paths(process),
    clearLogs: (process) => logs.clear(process),
    rotateLogs: (process) => logs.rotate(process),
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
    openLogParts(process, channel) {
      const inMemory = logs.inMemory(process, channel);
      const path = logs.paths(process)[channel];
      if (!inMemory) return path === null ? [] : openParts(systemLogFiles, path);
      return [memoryPart(path ?? channel, inMemory.contents(), systemClock.wall())];
    },
    followProcess: (process, channel, startBytes) =>
      follow(logs.inMemory(process, channel), logs.paths(process)[channel], startBytes),
    latestOutput: (process, channel) => logs.latest(process, channel),
    readRun(process, channel) {
      const { recent, inMemory, path, bytes } = runOf(process, channel);
      if (inMemory || path === null) return recent.contentsOfRun();
      using log = systemLogFiles.openReader(path);
      return (log && readSlice(log, log.size - Math.min(bytes, log.size), bytes)) ?? NOTHING;
    },
    followRun(process, channel) {
      const { recent, inMemory, path, bytes } = runOf(process, channel);
      // A log that is not there yet is made by the first start.
      return follow(inMemory, path, bytes) ?? followStream(recent, bytes, systemClock.wall());
    },
    sendStdin: (process, bytes) => children.sendStdin(process, bytes),
    measureTrees,
    sendRemoteEvent: (type, data) => events.notify(remoteCommunication(type, data)),
  };
}
