/** The processes as the system has them: their pipes, their logs, their ends. */
import type { ManagedProcess } from "../engine/process.ts";
import type { EventBus } from "../events/event_bus.ts";
import { processCommunication, processLog, type ProcessOutput } from "../events/notifications.ts";
import type { Group, Launched, Supervisor } from "../engine/supervisor.ts";
import type { ActivityLog } from "../logs/activity_log.ts";
import { autoLogPrefix } from "../logs/auto_name.ts";
import { type CaptureOptions, ChannelLog } from "../logs/channel_log.ts";
import { LogFile, type LogTrouble } from "../logs/log_file.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import type {
  Channel,
  FcgiSocketConfig,
  ProcessConfig,
  SupervisordConfig,
} from "../model/config.ts";
import { describeBytes } from "../model/python_bytes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../platform/environment.ts";
import type { LogFiles } from "../platform/log_files.ts";
import type { Syslog } from "../platform/syslog.ts";
import { openPipeReader, type PipeReader } from "../platform/pipe_reader.ts";
import { openPipeWriter, type PipeWriter } from "../platform/pipe_writer.ts";
import { reapOne } from "../platform/reaper.ts";
import type { LogPaths } from "../server/daemon.ts";
import { FcgiSocket } from "./fcgi_sockets.ts";
import { type Spawned, spawnProgram } from "./spawn_program.ts";

const CHANNELS: readonly Channel[] = ["stdout", "stderr"];
const NO_LOGS: LogPaths = { stdout: null, stderr: null };

/** What a live process is connected with. */
interface Connection {
  readonly process: ManagedProcess;
  readonly readers: readonly PipeReader[];
  readonly stdin: PipeWriter | null;
  readonly socket: FcgiSocket | null;
}

export interface ChildrenOptions {
  readonly clock: Clock;
  readonly files: LogFiles;
  readonly log: ActivityLog;
  readonly environment: Environment;
  readonly watchers: LogWatchers;
  readonly syslog: Syslog;
  readonly events: EventBus;
  /** As last read: a reread changes it. */
  supervisord(): SupervisordConfig;
  serverurl(): string | null;
}

export class Children {
  readonly #options: ChildrenOptions;
  readonly #connections = new Map<number, Connection>();
  readonly #logs = new WeakMap<ManagedProcess, Readonly<Record<Channel, ChannelLog>>>();
  /** By configuration: the processes of one section share theirs. */
  readonly #sockets = new WeakMap<FcgiSocketConfig, FcgiSocket>();
  /** By configuration: removing a group and adding it again keeps the generated names. */
  readonly #paths = new WeakMap<ProcessConfig, LogPaths>();

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Makes the AUTO logs of a group that becomes active. */
  groupAdded(group: Group): void {
    for (const { config } of group.processes.values()) {
      if (this.#paths.has(config)) continue;
      this.#paths.set(config, {
        stdout: this.#logPath(config, "stdout"),
        stderr: this.#logPath(config, "stderr"),
      });
    }
  }

  logPaths(process: ManagedProcess): LogPaths {
    return this.#paths.get(process.config) ?? NO_LOGS;
  }

  /** Starts a process and connects its pipes with its logs. */
  launch(process: ManagedProcess): Launched {
    const logs = this.#logsOf(process);
    const socket = this.#socketOf(process.config);
    const failure = this.#openLogs(process, logs);
    if (failure) return { ok: false, reason: failure };
    const spawned = this.#spawn(process, socket);
    if (!spawned.ok) {
      closeLogs(logs);
      return spawned;
    }
    const { stdin, stdout, stderr } = spawned.pipes;
    const { events } = this.#options;
    const { group, config: { name } } = process;
    const hear = events.isPool(group)
      ? (chunk: Uint8Array) => events.listenerOutput(group, name, chunk)
      : undefined;
    const readers = [this.#read(process, stdout, logs.stdout, hear)];
    if (stderr !== null) readers.push(this.#read(process, stderr, logs.stderr));
    const writer = stdin === null ? null : openPipeWriter(stdin, this.#options.clock);
    this.#connections.set(spawned.pid, { process, readers, stdin: writer, socket });
    return { ok: true, pid: spawned.pid };
  }

  /** A FastCGI process holds its group's socket from before it is started until it is reaped. */
  #spawn(process: ManagedProcess, socket: FcgiSocket | null): Spawned {
    const { config, group } = process;
    let stdin: number | undefined;
    try {
      stdin = socket?.hold();
    } catch (error) {
      return { ok: false, reason: `cannot open the socket of '${config.name}': ${codeOf(error)}` };
    }
    const spawned = spawnProgram(config, {
      group,
      environment: this.#options.environment,
      serverurl: this.#options.serverurl(),
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (!spawned.ok) socket?.release();
    return spawned;
  }

  #socketOf({ socket }: ProcessConfig): FcgiSocket | null {
    if (socket === null) return null;
    const known = this.#sockets.get(socket);
    if (known) return known;
    const made = new FcgiSocket(socket, (text) => this.#options.log.log("info", text));
    this.#sockets.set(socket, made);
    return made;
  }

  /** Collects every child that has ended, its last output first. */
  reap(supervisor: Supervisor): void {
    for (let ended = reapOne(); ended; ended = reapOne()) {
      this.#disconnect(ended.pid);
      supervisor.exited(ended.pid, ended.exit);
    }
  }

  /** @returns false if the process's stdin is closed. */
  sendStdin(process: ManagedProcess, bytes: Uint8Array): boolean {
    return this.#connections.get(process.pid)?.stdin?.write(bytes) ?? false;
  }

  reopenLogs(): void {
    for (const file of this.#openFiles()) file.reopen();
  }

  /** @throws {Error} With node's `code`. */
  clearLogs(process: ManagedProcess): void {
    const logs = this.#logs.get(process);
    for (const channel of CHANNELS) {
      logs?.[channel].recent.clear();
      logs?.[channel].file?.clear();
    }
  }

  *#openFiles(): Iterable<LogFile> {
    for (const { process } of this.#connections.values()) {
      for (const { file } of Object.values(this.#logsOf(process))) if (file) yield file;
    }
  }

  #disconnect(pid: number): void {
    const connection = this.#connections.get(pid);
    if (!connection) return;
    this.#connections.delete(pid);
    for (const reader of connection.readers) {
      reader.drain();
      reader.close();
    }
    const logs = this.#logsOf(connection.process);
    for (const channel of CHANNELS) logs[channel].end();
    connection.stdin?.close();
    connection.socket?.release();
    closeLogs(logs);
  }

  #logPath(config: ProcessConfig, channel: Channel): string | null {
    const target = config[`${channel}_logfile`];
    if (target.type === "none") return null;
    if (target.type === "file") return target.path;
    const { childlogdir, identifier } = this.#options.supervisord();
    const prefix = autoLogPrefix(config.name, channel, identifier);
    try {
      return this.#options.files.createUnique(childlogdir, prefix, ".log");
    } catch (error) {
      const why = codeOf(error);
      this.#options.log.log(
        "critical",
        `cannot make a ${channel} log for '${config.name}' in ${childlogdir}: ${why}`,
      );
      return null;
    }
  }

  #logsOf(process: ManagedProcess): Readonly<Record<Channel, ChannelLog>> {
    const known = this.#logs.get(process);
    if (known) return known;
    const { strip_ansi } = this.#options.supervisord();
    const make = (channel: Channel) =>
      new ChannelLog({
        stripAnsi: strip_ansi,
        copies: this.#copies(process, channel),
        capture: this.#capture(process, channel),
      });
    const made = { stdout: make("stdout"), stderr: make("stderr") };
    this.#logs.set(process, made);
    return made;
  }

  /** Where output goes beside its file. */
  #copies(process: ManagedProcess, channel: Channel): ((chunk: Uint8Array) => void)[] {
    const { log, syslog, events } = this.#options;
    const { config } = process;
    const copies: ((chunk: Uint8Array) => void)[] = [];
    if (log.wants("debug")) copies.push(this.#debugCopy(process, channel));
    if (config[`${channel}_syslog`]) {
      copies.push((chunk) => {
        for (const line of splitLines(chunk)) syslog.send(`${config.name} ${line}`);
      });
    }
    if (config[`${channel}_events_enabled`] && !speaksProtocol(process, channel, events)) {
      const type = channel === "stdout" ? "PROCESS_LOG_STDOUT" : "PROCESS_LOG_STDERR";
      copies.push((data) => {
        if (events.wants(type)) events.notify(processLog(outputOf(process, channel, data)));
      });
    }
    return copies;
  }

  #debugCopy({ config }: ManagedProcess, channel: Channel): (chunk: Uint8Array) => void {
    const { log } = this.#options;
    return (chunk) =>
      log.log("debug", `'${config.name}' ${channel} output:\n${describeBytes(chunk)}`);
  }

  /** @see spec/processes.md §9, "Capture mode" */
  #capture(process: ManagedProcess, channel: Channel): CaptureOptions | null {
    const { log, events } = this.#options;
    const maxbytes = process.config[`${channel}_capture_maxbytes`];
    if (maxbytes <= 0 || speaksProtocol(process, channel, events)) return null;
    const debug = this.#debugCopy(process, channel);
    return {
      maxbytes,
      onCaptured: (piece) => log.wants("debug") && debug(piece),
      onMessage: (data) => {
        events.notify(processCommunication(outputOf(process, channel, data)));
        log.log("debug", `'${process.config.name}' ${channel} emitted a comm event`);
      },
    };
  }

  /** @returns Why not, in the words of `spawnerr`. */
  #openLogs(
    process: ManagedProcess,
    logs: Readonly<Record<Channel, ChannelLog>>,
  ): string | undefined {
    const { config } = process;
    const paths = this.logPaths(process);
    try {
      for (const channel of CHANNELS) {
        const path = paths[channel];
        logs[channel].attach(path === null ? null : this.#openLog(config, channel, path));
      }
    } catch (error) {
      closeLogs(logs);
      const why = codeOf(error);
      return `unknown error making dispatchers for '${config.name}': ${why}`;
    }
  }

  #openLog(config: ProcessConfig, channel: Channel, path: string): LogFile {
    const { clock, files, watchers } = this.#options;
    const size = {
      maxbytes: config[`${channel}_logfile_maxbytes`],
      backups: config[`${channel}_logfile_backups`],
    };
    const trouble = this.#trouble(config.name);
    return new LogFile({ path, ...size }, { files, trouble, now: clock.now, watchers });
  }

  #trouble(name: string): LogTrouble {
    const { log } = this.#options;
    return {
      failing: (path, why) =>
        log.log(
          "warn",
          `cannot write ${path}: ${why}; output of '${name}' is dropped until it works`,
        ),
      healed: (path, lost) =>
        log.log("info", `writing ${path} works again; ${lost} bytes of '${name}' were dropped`),
    };
  }

  /** @param hear Told of each chunk, too: the listener protocol is spoken on this pipe. */
  #read(
    process: ManagedProcess,
    fd: number,
    into: ChannelLog,
    hear?: (chunk: Uint8Array) => void,
  ): PipeReader {
    return openPipeReader(fd, {
      onData(chunk) {
        into.write(chunk);
        hear?.(chunk);
      },
      onEnd: () =>
        this.#options.log.log(
          "debug",
          `'${process.config.name}' closed a pipe, stopped reading it`,
        ),
    });
  }
}

function closeLogs(logs: Readonly<Record<Channel, ChannelLog>>): void {
  for (const channel of CHANNELS) logs[channel].attach(null);
}

/** A listener's stdout is no output: neither captured nor told of as an event. */
function speaksProtocol(process: ManagedProcess, channel: Channel, events: EventBus): boolean {
  return channel === "stdout" && events.isPool(process.group);
}

function outputOf(process: ManagedProcess, channel: Channel, data: Uint8Array): ProcessOutput {
  const { group, config: { name }, pid } = process;
  return { process: name, group, pid, channel, data };
}

/** What the system called its refusal. */
function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

function splitLines(chunk: Uint8Array): string[] {
  return new TextDecoder().decode(chunk).replace(/\n$/, "").split("\n");
}
