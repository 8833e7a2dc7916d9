/**
 * One life of the daemon: from a configuration to the end of its last process. A restart in place
 * is the next life, in the same system process.
 *
 * @see spec/processes.md §2 for the order of the steps, and §3 for the signals
 */
import { compareGroups } from "../config/diff.ts";
import { distinctGroups } from "../config/groups.ts";
import { daemonExitStatus } from "../engine/exit_on.ts";
import { HealthWatch } from "../engine/health_watch.ts";
import { isStoppable, type ManagedProcess } from "../engine/process.ts";
import { stopEverything } from "../engine/shutdown.ts";
import { type StateChange, Supervisor } from "../engine/supervisor.ts";
import { EventBus } from "../events/event_bus.ts";
import { supervisorState } from "../events/notifications.ts";
import { RELAY, relayHandler } from "../events/relayed_output.ts";
import type { ResultHandler } from "../events/result_handler.ts";
import { oneLine } from "../logs/one_line.ts";
import { LogWatchers } from "../logs/log_watchers.ts";
import type { Config } from "../model/config.ts";
import { isStoppedState, type ProcessState } from "../model/state.ts";
import { systemClock } from "../platform/clock.ts";
import type { DaemonSignal } from "../platform/daemon_signals.ts";
import { ownEnvironment } from "../platform/environment.ts";
import type { HttpServer } from "../platform/http_server.ts";
import { sendSignal } from "../platform/kill.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import { groupLives } from "../platform/process_group.ts";
import { releaseMemory } from "../platform/resident_memory.ts";
import { withoutServiceManager } from "../platform/service_manager.ts";
import { createApp } from "../server/app.ts";
import { xmlRpcShortcut } from "../server/shortcut.ts";
import { allowedHosts } from "../server/host_guard.ts";
import { removeAutoLogs } from "./auto_logs.ts";
import { ChildLogs } from "./child_logs.ts";
import { Children } from "./children.ts";
import { openServers } from "./control_servers.ts";
import { daemonFacade } from "./daemon_facade.ts";
import { DaemonLog, openStdout } from "./daemon_log.ts";
import { Ending, type Outcome } from "./ending.ts";
import { EscapedProcesses } from "./escaped_processes.ts";
import { HealthChecks } from "./health_checks.ts";
import { Hooks } from "./hooks.ts";
import { type ConfigOrigin, LiveConfig } from "./live_config.ts";
import type { Notices } from "./privileges.ts";
import { keepPidfile } from "./kept_pidfile.ts";
import { Readiness } from "./readiness.ts";
import { Settling } from "./settling.ts";
import { Updates } from "./updates.ts";
import { SideCommands } from "./side_commands.ts";
import { printError } from "../platform/standard_output.ts";

export interface RunOptions {
  readonly origin: ConfigOrigin;
  /** Lines about what was done before the log could be opened. */
  readonly notices: Notices;
  /** The number of the first event. */
  readonly eventSerial: number;
  /** Called when the control sockets answer: the place to leave the caller's folder. */
  readonly onListening: (log: DaemonLog["log"]) => void;
  /** Called when everything is up but the programs. */
  readonly onStarted: (processes: number) => void;
  /** Called when the programs begin to be stopped, and again if the outcome changes meanwhile. */
  readonly onStopping: (outcome: Outcome, processes: number) => void;
  /** Called when a signal asked for a restart, and the configuration does not allow one. */
  readonly onRestartRefused: (reason: string) => void;
}

/** What starting needed, and then what much work has left behind, is handed back in quiet times. */
const SETTLING = { quietMs: 500, worth: 16 * 1024 * 1024, task: releaseMemory };

/** What a change of state leaves behind, in bytes; as a guess. */
const CHANGE_BYTES = 64 * 1024;

function relayToStdout(): ResultHandler {
  const stdout = openStdout();
  return relayHandler((lines) => stdout.write(lines));
}

export class DaemonRun {
  readonly #options: RunOptions;
  readonly #log: DaemonLog;
  readonly #watchers = new LogWatchers();
  readonly #events: EventBus;
  readonly #logs: ChildLogs;
  readonly #sideCommands: SideCommands;
  readonly #hooks: Hooks;
  readonly #trees = new EscapedProcesses((pid) =>
    this.#supervisor.holds(pid) || this.#sideCommands.holds(pid)
  );
  readonly #children: Children;
  readonly #health: HealthWatch;
  readonly #supervisor: Supervisor;
  readonly #settling = new Settling(systemClock, SETTLING);
  readonly #changeListeners = new Set<() => void>();
  readonly #config: LiveConfig;
  readonly #ending = new Ending(systemClock, (outcome) => this.#beginStopping(outcome));

  constructor(config: Config, options: RunOptions) {
    this.#options = options;
    this.#log = new DaemonLog(config.supervisord);
    const warn = (text: string) => this.#log.log.log("warn", text);
    this.#config = new LiveConfig(config, options.origin, warn);
    this.#events = new EventBus({
      server: config.supervisord.identifier,
      clock: systemClock,
      write: (group, process, bytes) => this.#writeToListener(group, process, bytes),
      log: (level, text) => this.#log.log.log(level, text),
      resultHandler: (spec) => spec === RELAY ? relayToStdout() : undefined,
    }, options.eventSerial);
    this.#logs = new ChildLogs({
      clock: systemClock,
      files: systemLogFiles,
      log: this.#log.log,
      watchers: this.#watchers,
      syslog: this.#log.syslog,
      events: this.#events,
      heard: (process, channel, chunk) => readiness.heard(process, channel, chunk),
      supervisord: () => this.#config.current.supervisord,
    });
    const surroundings = {
      clock: systemClock,
      environment: withoutServiceManager(ownEnvironment()),
      serverurl: () => this.#config.current.serverurl,
    };
    const sideCommands = this.#sideCommands = new SideCommands(surroundings);
    this.#hooks = new Hooks({ commands: sideCommands, logs: this.#logs, log: this.#log.log });
    const checks = new HealthChecks(sideCommands);
    this.#health = new HealthWatch({
      clock: systemClock,
      random: Math.random,
      check: (process, done) => checks.run(process, done),
      mark: (process, marks) => this.#supervisor.mark(process, marks),
      restart: (process) => this.#supervisor.restart(process),
      log: (level, text) => this.#log.log.log(level, oneLine(text)),
    });
    const readiness = new Readiness(this.#health);
    this.#children = new Children({
      ...surroundings,
      log: this.#log.log,
      logs: this.#logs,
      events: this.#events,
      readiness,
      sideCommands,
    });
    this.#supervisor = new Supervisor({
      clock: systemClock,
      random: Math.random,
      launch: (process) => {
        this.#health.launching(process);
        return this.#children.launch(process);
      },
      runHook: (process, hook, onEnd) => this.#hooks.run(process, hook, onEnd),
      signal: sendSignal,
      groupLives,
      signalEscaped: (process, signal) => this.#trees.signal(process, signal),
      escapedLive: (process) => this.#trees.lives(process),
      // Supervisor has orphans as PID 1 only; elsewhere we adopt them, and that is no news.
      orphanLogLevel: process.pid === 1 ? "info" : "debug",
      log: (level, text) => this.#log.log.log(level, text),
      stateChanged: (change) => this.#stateChanged(change),
      marked: () => this.#tellChangeListeners(),
      waitingChanged: () => this.#tellChangeListeners(),
      groupAdded: (group) => {
        this.#logs.groupAdded(group);
        this.#events.groupAdded(group.config);
        this.#tellChangeListeners();
      },
      adopted: (process, before) => {
        const trouble = this.#logs.adopt(process, before);
        this.#tellChangeListeners();
        return trouble;
      },
      groupReshaped: (group) => {
        this.#logs.groupAdded(group);
        this.#tellChangeListeners();
      },
      groupRemoved: ({ config: { name } }) => {
        this.#events.groupRemoved(name);
        this.#tellChangeListeners();
      },
    });
  }

  /**
   * Runs until a shutdown or a restart is asked for, and everything is down.
   *
   * @throws {StartError} If it cannot start; then nothing was started.
   */
  async run(): Promise<Outcome> {
    const { log } = this.#log;
    const { supervisord, groups } = this.#config.current;
    this.#tellNotices();
    const servers = await this.#open();
    if (!supervisord.nocleanup) removeAutoLogs(supervisord, systemLogFiles, log.log.bind(log));
    for (const group of distinctGroups(groups)) this.#supervisor.addGroup(group);
    this.#options.onListening(log);
    const pidfile = keepPidfile(supervisord.pidfile, systemClock, log);
    log.log("info", `supervisord started with pid ${process.pid}`);
    this.#options.onStarted([...this.#supervisor.allProcesses()].length);
    this.#events.notify(supervisorState("RUNNING"));
    this.#children.reap(this.#supervisor); // children of whoever became us, ended before we listened
    for (const group of [...this.#supervisor.groups.values()]) this.#supervisor.autostart(group);
    await this.#ending.begun;
    await stopEverything(this.#supervisor, (level, text) => log.log(level, text));
    await this.#sideCommands.settled();
    this.#children.close();
    await this.#logs.finishArchive();
    this.#events.close();
    await Promise.all(servers.map((server) => server.close()));
    await pidfile.remove();
    this.#log.close();
    return this.#ending.outcome!;
  }

  /** Acts on a signal to the daemon. */
  handle(signal: DaemonSignal): void {
    const { log } = this.#log;
    switch (signal) {
      case "SIGCHLD":
        log.log("debug", "received SIGCHLD indicating a child quit");
        return this.#children.reap(this.#supervisor);
      case "SIGHUP":
        return this.#hangUp();
      case "SIGUSR2":
        log.log("info", "received SIGUSR2 indicating log reopen request");
        log.log("info", "supervisord logreopen");
        this.#log.reopen();
        return this.#children.reopenLogs();
      case "SIGUSR1": // what some programs take to reopen their logs ends one that does not know it
        return log.log("warn", "ignored SIGUSR1: logs are reopened with SIGUSR2");
      default:
        log.log("warn", `received ${signal} indicating exit request`);
        // Programs are still stopping, and somebody is tired of waiting for them.
        if (this.#ending.isOverdue) {
          this.#sideCommands.killAll();
          this.#supervisor.killAll();
        }
        return this.#ending.begin("shutdown");
    }
  }

  /** Tells of a fault of our own that nobody caught. */
  report(error: unknown): void {
    this.#log.log.log("critical", `unexpected: ${(error as Error)?.stack ?? String(error)}`);
  }

  /**
   * Begins a restart, if there is a configuration to come back with: a mistake in the file must not
   * take everything down.
   *
   * @throws {ConfigError}
   */
  #restart(): void {
    this.#config.prepareRestart();
    this.#ending.begin("restart");
  }

  /** What the next life begins with. */
  nextConfig(): Config {
    return this.#config.afterRestart();
  }

  #hangUp(): void {
    const { log } = this.#log;
    if (this.#ending.outcome === "shutdown") {
      return log.log(
        "warn",
        "ignored SIGHUP indicating restart request (shutdown in progress)",
      );
    }
    log.log("warn", "received SIGHUP indicating restart request");
    try {
      this.#restart();
    } catch (error) {
      const { message } = error as Error;
      log.log("critical", `not restarting: ${message}`);
      this.#options.onRestartRefused(message);
    }
  }

  #beginStopping(outcome: Outcome): void {
    const processes = [...this.#supervisor.allProcesses()].filter(({ pid }) => pid !== 0).length;
    this.#options.onStopping(outcome, processes);
    if (!this.#supervisor.stopping) this.#events.notify(supervisorState("STOPPING"));
    this.#health.close();
    this.#supervisor.beginStopping();
  }

  /** The number of the next event: an in-place restart goes on from there. */
  get eventSerial(): number {
    return this.#events.serial;
  }

  /** What to exit with after a shutdown: that of the program whose end was ours, else 0. */
  get exitStatus(): number {
    return this.#ending.exitStatus;
  }

  #stateChanged(change: StateChange): void {
    this.#health.stateChanged(change.process);
    this.#settling.add(CHANGE_BYTES);
    if (isStoppedState(change.to.state)) queueMicrotask(() => this.#finishLogs(change.process));
    this.#tellListeners(change);
    const { process, pid, to: { state } } = change;
    const exit_on = process.config.exit_on ?? this.#config.current.supervisord.exit_on;
    const { lastExit } = process;
    const status = daemonExitStatus(exit_on, { state, hasRun: pid !== 0, lastExit });
    if (status === undefined) return;
    // First let the change be carried out and told, whatever it brings.
    queueMicrotask(() => this.#endWith(process, state, status));
  }

  /** What was lost of its output is told when a program is down for good, not at every restart. */
  #finishLogs(process: ManagedProcess): void {
    if (!isStoppable(process)) this.#logs.finish(process);
  }

  /** A program has ended whose end is that of the daemon. */
  #endWith({ config: { name } }: ManagedProcess, state: ProcessState, status: number): void {
    if (this.#supervisor.stopping) return;
    const text = `shutting down with exit status ${status}: '${name}' is ${state} (exit_on)`;
    this.#log.log.log("warn", text);
    this.#ending.begin("shutdown", status);
  }

  #tellListeners({ process, from, to, pid, expected }: StateChange): void {
    const { group, config: { name } } = process;
    const tries = to.failures;
    this.#events.processState({ process: name, group, from, to: to.state, tries, pid, expected });
    this.#tellChangeListeners();
  }

  #tellChangeListeners(): void {
    for (const listener of [...this.#changeListeners]) listener();
  }

  #writeToListener(group: string, name: string, bytes: Uint8Array): boolean {
    const process = this.#supervisor.groups.get(group)?.processes.get(name);
    return process !== undefined && this.#children.sendStdin(process, bytes);
  }

  #tellNotices(): void {
    const { notices } = this.#options;
    for (const text of notices.critical) this.#log.log.log("critical", text);
    this.#config.tellWarnings();
    for (const text of [...notices.info, ...this.#config.current.messages.info]) {
      this.#log.log.log("info", text);
    }
  }

  /** The servers first: whoever finds them taken must not touch the log of whoever has them. */
  async #open(): Promise<readonly HttpServer[]> {
    const servers = await this.#openServers();
    try {
      this.#log.open(this.#watchers);
      return servers;
    } catch (error) {
      await Promise.all(servers.map((server) => server.close()));
      throw error;
    }
  }

  #openServers(): Promise<readonly HttpServer[]> {
    const daemon = daemonFacade({
      supervisor: this.#supervisor,
      log: this.#log,
      logs: this.#logs,
      children: this.#children,
      hooks: this.#hooks,
      events: this.#events,
      watchers: this.#watchers,
      changeListeners: this.#changeListeners,
      config: () => this.#config.current,
      reread: () => this.#reread(),
      updates: new Updates(this.#supervisor, this.#config),
      shutdown: () => this.#ending.begin("shutdown"),
      restart: () => this.#restart(),
    });
    const { log } = this.#log;
    return openServers(
      this.#config.current,
      (server) => {
        const { username, password } = server;
        const options = {
          credentials: username === null ? null : { username, password: password! },
          hosts: allowedHosts(server),
        };
        const app = createApp(daemon, options);
        const told = (bytes: number) => this.#settling.add(bytes);
        const shortcut = xmlRpcShortcut(daemon, options, told);
        return { fetch: (request, peer) => app.fetch(request, { peer }), shortcut };
      },
      {
        clock: systemClock,
        critical: (text) => log.log("critical", text),
        warn: (text) => log.log("warn", text),
        info: (text) => log.log("info", text),
        stale: (path) => printError(`Unlinking stale socket ${path}\n`),
      },
    );
  }

  /** @throws {ConfigError} */
  #reread() {
    const { groups } = this.#config.reread();
    this.#supervisor.rememberStops();
    const active = [...this.#supervisor.groups.values()].map((group) => group.config);
    return compareGroups(active, groups);
  }
}
