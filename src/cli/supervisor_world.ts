/** The world as the engine has it: its effects go to the parts of the daemon that can do them. */
import type { HealthWatch } from "../engine/health_watch.ts";
import type { StateChange, SupervisorWorld } from "../engine/supervisor_world.ts";
import type { EventBus } from "../events/event_bus.ts";
import { systemClock } from "../platform/clock.ts";
import { sendSignal } from "../platform/kill.ts";
import { groupLives } from "../platform/process_group.ts";
import type { ChildLogs } from "./child_logs.ts";
import type { Children } from "./children.ts";
import type { DaemonLog } from "./daemon_log.ts";
import type { EscapedProcesses } from "./escaped_processes.ts";
import type { Hooks } from "./hooks.ts";

export interface WorldParts {
  readonly log: DaemonLog["log"];
  readonly logs: ChildLogs;
  readonly events: EventBus;
  readonly hooks: Hooks;
  readonly trees: EscapedProcesses;
  readonly children: Children;
  readonly health: HealthWatch;
  stateChanged(change: StateChange): void;
  /** Something that clients look at is not as it was. */
  changed(): void;
}

export function supervisorWorld(parts: WorldParts): SupervisorWorld {
  const { log, logs, events, hooks, trees, children, health, changed } = parts;
  return {
    clock: systemClock,
    random: Math.random,
    launch(process) {
      health.launching(process);
      return children.launch(process);
    },
    runHook: (process, hook, onEnd) => hooks.run(process, hook, onEnd),
    signal: sendSignal,
    groupLives,
    signalEscaped: (process, signal) => trees.signal(process, signal),
    escapedLive: (process) => trees.lives(process),
    // Supervisor has orphans as PID 1 only; elsewhere we adopt them, and that is no news.
    orphanLogLevel: process.pid === 1 ? "info" : "debug",
    log: (level, text) => log.log(level, text),
    stateChanged: parts.stateChanged,
    marked: changed,
    waitingChanged: changed,
    adopted(process, before) {
      const trouble = logs.adopt(process, before);
      changed();
      return trouble;
    },
    groupAdded(group) {
      logs.groupAdded(group);
      events.groupAdded(group.config);
      changed();
    },
    groupReshaped(group) {
      logs.groupAdded(group);
      changed();
    },
    groupRemoved({ config: { name } }) {
      events.groupRemoved(name);
      changed();
    },
  };
}
