/** A supervisor over a world made of lists: children start and end when a test says so. */
import type { ManagedProcess } from "../../src/engine/process.ts";
import { Supervisor } from "../../src/engine/supervisor.ts";
import type { Group, Launched } from "../../src/engine/supervisor_world.ts";
import type { Hook } from "../../src/engine/step.ts";
import type { Exit } from "../../src/model/exit.ts";
import type { GroupConfig, PlainGroupConfig, ProcessConfig } from "../../src/model/config.ts";
import type { Condition, Dependency } from "../../src/model/dependency.ts";
import { UNSET_OPTIONS } from "../../src/model/own_options.ts";
import { signalName, SIGTERM } from "../../src/model/signal.ts";
import type { Delivery } from "../../src/platform/kill.ts";
import { FakeClock } from "./fake_clock.ts";

const PROGRAM: Omit<ProcessConfig, "name"> = {
  command: "/bin/cat",
  directory: null,
  umask: null,
  priority: 999,
  autostart: true,
  autorestart: "unexpected",
  startsecs: 1,
  startretries: 3,
  exitcodes: [0],
  stopsignal: SIGTERM,
  stopwaitsecs: 10,
  stopasgroup: false,
  killasgroup: false,
  ...UNSET_OPTIONS,
  user: null,
  redirect_stderr: false,
  stdout_logfile: { type: "auto" },
  stdout_logfile_maxbytes: 50 * 1024 * 1024,
  stdout_logfile_backups: 10,
  stdout_capture_maxbytes: 0,
  stdout_events_enabled: false,
  stdout_syslog: false,
  stderr_logfile: { type: "auto" },
  stderr_logfile_maxbytes: 50 * 1024 * 1024,
  stderr_logfile_backups: 10,
  stderr_capture_maxbytes: 0,
  stderr_events_enabled: false,
  stderr_syslog: false,
  socket: null,
  environment: new Map(),
  serverurl: null,
};

/** A program with every option at its default but these. */
export function program(name: string, options: Partial<ProcessConfig> = {}): ProcessConfig {
  return { ...PROGRAM, name, ...options };
}

/** A `[group:x]` of such programs. */
export function group(
  name: string,
  processes: readonly ProcessConfig[],
  priority = 999,
): PlainGroupConfig {
  return { kind: "group", name, priority, processes };
}

/** One program in a group of its own. */
export function lone(name: string, options: Partial<ProcessConfig> = {}): PlainGroupConfig {
  const process = program(name, options);
  return { kind: "program", name, priority: process.priority, processes: [process] };
}

/** What `depends_on` says of a group, or of one of its processes. */
export function on(
  group: string,
  condition: Condition = "started",
  process: string | null = null,
): Dependency {
  return { group, process, condition };
}

export const code = (code: number): Exit => ({ type: "code", code });
export const killed = (signal: number): Exit => ({ type: "signal", signal, core: false });

export class FakeWorld {
  readonly clock = new FakeClock();
  /** `web SIGTERM`, or `web's group SIGTERM`. */
  readonly signals: string[] = [];
  /** `INFO spawned: 'web' with pid 101`, without debug lines. */
  readonly lines: string[] = [];
  /** Names, in the order in which they were started. */
  readonly launched: string[] = [];
  /** `web: STOPPED STARTING`. */
  readonly changes: string[] = [];
  /** `added web`, `adopted web`, `removed web`. */
  readonly memberships: string[] = [];
  /** Why the next starts fail; empty or absent: they do not. By name. */
  readonly spawnFailures = new Map<string, string>();
  /** What becomes of signals. */
  delivery: Delivery = { type: "sent" };
  /** Process groups in which somebody is left when the leader has ended. */
  readonly livingGroups = new Set<number>();
  /** Names of programs that have started what is not in their process group. */
  readonly escaped = new Set<string>();
  /** Of the next process that is started; they count up. */
  nextPid = 101;
  /** What a random number is. */
  chance = 0.5;
  /** What cannot be done of new options. */
  adoptTrouble: string | undefined;
  onChange: (process: ManagedProcess) => void = () => {};
  onLaunch: (process: ManagedProcess) => void = () => {};
  readonly supervisor: Supervisor;
  readonly #hooks = new Map<string, (failure: string | null) => void>();
  readonly #living = new Map<number, ManagedProcess>();

  constructor(...groups: readonly GroupConfig[]) {
    this.supervisor = new Supervisor({
      clock: this.clock,
      random: () => this.chance,
      launch: (process) => this.#launch(process),
      runHook: (process, hook, onEnd) => {
        this.launched.push(`${process.config.name}'s ${hook}`);
        this.#hooks.set(`${process.config.name} ${hook}`, onEnd);
        return {
          signal: (signal) =>
            void this.signals.push(`${process.config.name}'s ${hook} ${signalName(signal)}`),
        };
      },
      signal: (pid, signal, toGroup) => this.#signal(pid, signal, toGroup),
      signalEscaped: ({ config: { name } }, signal) =>
        void (this.escaped.has(name) && this.signals.push(`${name}'s tree ${signalName(signal)}`)),
      escapedLive: ({ config: { name } }) => this.escaped.has(name),
      groupLives: (pgid) => this.livingGroups.has(pgid),
      orphanLogLevel: "info",
      log: (level, text) => {
        if (level !== "debug") this.lines.push(`${level.toUpperCase()} ${text}`);
      },
      stateChanged: ({ process, from, to }) => {
        this.changes.push(`${process.config.name}: ${from} ${to.state}`);
        this.onChange(process);
      },
      marked: ({ config, ready, healthy }) =>
        void this.changes.push(`${config.name}: ready ${ready}, healthy ${healthy}`),
      waitingChanged: () => {},
      groupAdded: (added: Group) => void this.memberships.push(`added ${added.config.name}`),
      adopted: ({ config: { name } }) => {
        this.memberships.push(`adopted ${name}`);
        return this.adoptTrouble;
      },
      groupReshaped: () => {},
      groupRemoved: (gone: Group) => void this.memberships.push(`removed ${gone.config.name}`),
    });
    for (const config of groups) this.supervisor.addGroup(config);
  }

  /** A process by its own name; names in a test differ. */
  process(name: string): ManagedProcess {
    for (const process of this.supervisor.allProcesses()) {
      if (process.config.name === name) return process;
    }
    throw new Error(`no process ${name}`);
  }

  state(name: string): string {
    return this.process(name).status.state;
  }

  /** Starts processes; after their startsecs they are RUNNING. */
  run(...names: readonly string[]): void {
    for (const name of names) {
      this.supervisor.start(this.process(name));
      this.clock.tick(this.process(name).config.startsecs * 1000 + 1);
    }
  }

  /** Ends a living process, as the reaper would tell it. */
  exit(name: string, exit: Exit): void {
    this.exitProcess(this.process(name), exit);
  }

  /** As `exit`, where names are not enough. */
  exitProcess({ config: { name }, pid }: ManagedProcess, exit: Exit): void {
    if (!this.#living.delete(pid)) throw new Error(`${name} is not alive`);
    this.supervisor.exited(pid, exit);
  }

  /** Ends a hook that is running. */
  endHook(name: string, hook: Hook, failure: string | null = null): void {
    const end = this.#hooks.get(`${name} ${hook}`);
    if (!this.#hooks.delete(`${name} ${hook}`)) throw new Error(`${name} has no ${hook} running`);
    end!(failure);
  }

  /** Forgets what was noted so far. */
  forget(): void {
    for (const list of [this.signals, this.lines, this.launched, this.changes]) list.length = 0;
  }

  #launch(process: ManagedProcess): Launched {
    this.onLaunch(process);
    this.launched.push(process.config.name);
    const reason = this.spawnFailures.get(process.config.name);
    if (reason) return { ok: false, reason };
    const pid = this.nextPid++;
    this.#living.set(pid, process);
    return { ok: true, pid };
  }

  #signal(pid: number, signal: number, toGroup: boolean): Delivery {
    const process = this.#living.get(pid);
    if (!process && toGroup && this.livingGroups.has(pid)) {
      this.signals.push(`group ${pid} ${signalName(signal)}`);
      return this.delivery;
    }
    if (!process) throw new Error(`signalled pid ${pid}, which is not a living child`);
    const whom = process.config.name + (toGroup ? "'s group" : "");
    this.signals.push(`${whom} ${signalName(signal)}`);
    return this.delivery;
  }
}
