/**
 * One life of the daemon: from a configuration to the end of its last process. A restart in place
 * is the next life, in the same system process.
 *
 * @see spec/processes.md §2 for the order of the steps
 */
import { compareGroups } from "../config/diff.ts";
import { distinctGroups } from "../config/groups.ts";
import { stopEverything } from "../engine/shutdown.ts";
import { supervisorState } from "../events/notifications.ts";
import type { Config } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import type { DaemonSignal } from "../platform/daemon_signals.ts";
import type { HttpServer } from "../platform/http_server.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import { removeAutoLogs } from "./auto_logs.ts";
import { daemonFacade } from "./daemon_facade.ts";
import type { DaemonLog } from "./daemon_log.ts";
import { DaemonParts } from "./daemon_parts.ts";
import type { Outcome } from "./ending.ts";
import { keepPidfile } from "./kept_pidfile.ts";
import type { ConfigOrigin } from "./live_config.ts";
import { openApi } from "./open_api.ts";
import type { Notices } from "./privileges.ts";
import { actOnSignal } from "./signal_duties.ts";
import { Updates } from "./updates.ts";

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

export class DaemonRun {
  readonly #options: RunOptions;
  readonly #parts: DaemonParts;

  constructor(config: Config, options: RunOptions) {
    this.#options = options;
    this.#parts = new DaemonParts(config, {
      origin: options.origin,
      eventSerial: options.eventSerial,
      onEnding: (outcome) => this.#beginStopping(outcome),
    });
  }

  /**
   * Runs until a shutdown or a restart is asked for, and everything is down.
   *
   * @throws {StartError} If it cannot start; then nothing was started.
   */
  async run(): Promise<Outcome> {
    const { log: { log }, supervisor, events, children, ending } = this.#parts;
    const { supervisord, groups } = this.#parts.config.current;
    this.#tellNotices();
    const servers = await this.#open();
    if (!supervisord.nocleanup) removeAutoLogs(supervisord, systemLogFiles, log.log.bind(log));
    for (const group of distinctGroups(groups)) supervisor.addGroup(group);
    this.#options.onListening(log);
    const pidfile = keepPidfile(supervisord.pidfile, systemClock, log);
    log.log("info", `supervisord started with pid ${process.pid}`);
    this.#options.onStarted([...supervisor.allProcesses()].length);
    events.notify(supervisorState("RUNNING"));
    children.reap(supervisor); // children of whoever became us, ended before we listened
    for (const group of [...supervisor.groups.values()]) supervisor.autostart(group);
    await ending.begun;
    await stopEverything(supervisor, (level, text) => log.log(level, text));
    await this.#parts.sideCommands.settled();
    children.close();
    await this.#parts.logs.finishArchive();
    events.close();
    await Promise.all(servers.map((server) => server.close()));
    await pidfile.remove();
    this.#parts.log.close();
    return ending.outcome!;
  }

  /** Acts on a signal to the daemon. */
  handle(signal: DaemonSignal): void {
    actOnSignal(signal, {
      ...this.#parts,
      restart: () => this.#restart(),
      onRestartRefused: this.#options.onRestartRefused,
    });
  }

  /** Tells of a fault of our own that nobody caught. */
  report(error: unknown): void {
    this.#parts.log.log.log("critical", `unexpected: ${(error as Error)?.stack ?? String(error)}`);
  }

  /**
   * Begins a restart, if there is a configuration to come back with: a mistake in the file must not
   * take everything down.
   *
   * @throws {ConfigError}
   */
  #restart(): void {
    this.#parts.config.prepareRestart();
    this.#parts.ending.begin("restart");
  }

  /** What the next life begins with. */
  nextConfig(): Config {
    return this.#parts.config.afterRestart();
  }

  #beginStopping(outcome: Outcome): void {
    const { supervisor, events, health } = this.#parts;
    const processes = [...supervisor.allProcesses()].filter(({ pid }) => pid !== 0).length;
    this.#options.onStopping(outcome, processes);
    if (!supervisor.stopping) events.notify(supervisorState("STOPPING"));
    health.close();
    supervisor.beginStopping();
  }

  /** The number of the next event: an in-place restart goes on from there. */
  get eventSerial(): number {
    return this.#parts.events.serial;
  }

  /** What to exit with after a shutdown: that of the program whose end was ours, else 0. */
  get exitStatus(): number {
    return this.#parts.ending.exitStatus;
  }

  #tellNotices(): void {
    const { log: { log }, config } = this.#parts;
    const { notices } = this.#options;
    for (const text of notices.critical) log.log("critical", text);
    config.tellWarnings();
    for (const text of [...notices.info, ...config.current.messages.info]) log.log("info", text);
  }

  /** The servers first: whoever finds them taken must not touch the log of whoever has them. */
  async #open(): Promise<readonly HttpServer[]> {
    const { log, watchers } = this.#parts;
    const servers = await this.#openApi();
    try {
      log.open(watchers);
      return servers;
    } catch (error) {
      await Promise.all(servers.map((server) => server.close()));
      throw error;
    }
  }

  #openApi(): Promise<readonly HttpServer[]> {
    const { log: { log }, config, supervisor, settling, ending } = this.#parts;
    const daemon = daemonFacade({
      ...this.#parts,
      config: () => config.current,
      reread: () => this.#reread(),
      updates: new Updates(supervisor, config),
      shutdown: () => ending.begin("shutdown"),
      restart: () => this.#restart(),
    });
    const worked = (bytes: number) => settling.add(bytes);
    return openApi(daemon, { config: config.current, log, worked });
  }

  /** @throws {ConfigError} */
  #reread() {
    const { supervisor, config } = this.#parts;
    const { groups } = config.reread();
    supervisor.rememberStops();
    const active = [...supervisor.groups.values()].map((group) => group.config);
    return compareGroups(active, groups);
  }
}
