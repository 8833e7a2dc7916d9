/** What a daemon consists of, each part connected to those that it has to talk to. */
import { HealthWatch } from "../engine/health_watch.ts";
import { Supervisor } from "../engine/supervisor.ts";
import type { StateChange } from "../engine/supervisor_world.ts";
import { EventBus } from "../events/event_bus.ts";
import { RELAY, relayHandler } from "../events/relayed_output.ts";
import type { ResultHandler } from "../events/result_handler.ts";
import { LogWatchers } from "../logs/log_watchers.ts";
import { oneLine } from "../logs/one_line.ts";
import type { Config } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { ownEnvironment } from "../platform/environment.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import { releaseMemory } from "../platform/resident_memory.ts";
import { withoutServiceManager } from "../platform/service_manager.ts";
import { ChildLogs } from "./child_logs.ts";
import { Children } from "./children.ts";
import { DaemonLog, openStdout } from "./daemon_log.ts";
import { Ending, type Outcome } from "./ending.ts";
import { EscapedProcesses } from "./escaped_processes.ts";
import { HealthChecks } from "./health_checks.ts";
import { Hooks } from "./hooks.ts";
import { type ConfigOrigin, LiveConfig } from "./live_config.ts";
import { Readiness } from "./readiness.ts";
import { Settling } from "./settling.ts";
import { SideCommands } from "./side_commands.ts";
import { followStateChange } from "./state_changes.ts";
import { supervisorWorld } from "./supervisor_world.ts";

export interface PartsOptions {
  readonly origin: ConfigOrigin;
  /** The number of the first event. */
  readonly eventSerial: number;
  /** Called when the programs are to be stopped, and again if the outcome changes meanwhile. */
  readonly onEnding: (outcome: Outcome) => void;
}

/** What starting needed, and then what much work has left behind, is handed back in quiet times. */
const SETTLING = { quietMs: 500, worth: 16 * 1024 * 1024, task: releaseMemory };

/** What a change of state leaves behind, in bytes; as a guess. */
const CHANGE_BYTES = 64 * 1024;

function relayToStdout(): ResultHandler {
  const stdout = openStdout();
  return relayHandler((lines) => stdout.write(lines));
}

export class DaemonParts {
  readonly log: DaemonLog;
  readonly watchers = new LogWatchers();
  readonly events: EventBus;
  readonly logs: ChildLogs;
  readonly sideCommands: SideCommands;
  readonly hooks: Hooks;
  readonly trees = new EscapedProcesses((pid) =>
    this.supervisor.holds(pid) || this.sideCommands.holds(pid)
  );
  readonly children: Children;
  readonly health: HealthWatch;
  readonly supervisor: Supervisor;
  readonly settling = new Settling(systemClock, SETTLING);
  readonly changeListeners = new Set<() => void>();
  readonly config: LiveConfig;
  readonly ending: Ending;

  constructor(config: Config, options: PartsOptions) {
    this.ending = new Ending(systemClock, options.onEnding);
    this.log = new DaemonLog(config.supervisord);
    const warn = (text: string) => this.log.log.log("warn", text);
    this.config = new LiveConfig(config, options.origin, warn);
    this.events = new EventBus({
      server: config.supervisord.identifier,
      clock: systemClock,
      write: (group, process, bytes) => this.#writeToListener(group, process, bytes),
      log: (level, text) => this.log.log.log(level, text),
      resultHandler: (spec) => spec === RELAY ? relayToStdout() : undefined,
    }, options.eventSerial);
    this.logs = new ChildLogs({
      clock: systemClock,
      files: systemLogFiles,
      log: this.log.log,
      watchers: this.watchers,
      syslog: this.log.syslog,
      events: this.events,
      heard: (process, channel, chunk) => readiness.heard(process, channel, chunk),
      supervisord: () => this.config.current.supervisord,
    });
    const surroundings = {
      clock: systemClock,
      environment: withoutServiceManager(ownEnvironment()),
      serverurl: () => this.config.current.serverurl,
    };
    const sideCommands = this.sideCommands = new SideCommands(surroundings);
    this.hooks = new Hooks({ commands: sideCommands, logs: this.logs, log: this.log.log });
    const checks = new HealthChecks(sideCommands);
    this.health = new HealthWatch({
      clock: systemClock,
      random: Math.random,
      check: (process, done) => checks.run(process, done),
      mark: (process, marks) => this.supervisor.mark(process, marks),
      restart: (process) => this.supervisor.restart(process),
      log: (level, text) => this.log.log.log(level, oneLine(text)),
    });
    const readiness = new Readiness(this.health);
    this.children = new Children({
      ...surroundings,
      log: this.log.log,
      logs: this.logs,
      events: this.events,
      readiness,
      sideCommands,
    });
    this.supervisor = new Supervisor(supervisorWorld({
      log: this.log.log,
      logs: this.logs,
      events: this.events,
      hooks: this.hooks,
      trees: this.trees,
      children: this.children,
      health: this.health,
      stateChanged: (change) => this.#stateChanged(change),
      changed: () => this.#tellChangeListeners(),
    }));
  }

  #stateChanged(change: StateChange): void {
    this.health.stateChanged(change.process);
    this.settling.add(CHANGE_BYTES);
    followStateChange(change, {
      log: this.log.log,
      logs: this.logs,
      events: this.events,
      supervisor: this.supervisor,
      ending: this.ending,
      config: this.config.current,
    });
    this.#tellChangeListeners();
  }

  #tellChangeListeners(): void {
    for (const listener of [...this.changeListeners]) listener();
  }

  #writeToListener(group: string, name: string, bytes: Uint8Array): boolean {
    const process = this.supervisor.groups.get(group)?.processes.get(name);
    return process !== undefined && this.children.sendStdin(process, bytes);
  }
}
