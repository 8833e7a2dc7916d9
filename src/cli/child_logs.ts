/** Where the output of programs goes: files, syslog, listeners, and who may read it back. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Group } from "../engine/supervisor.ts";
import type { EventBus } from "../events/event_bus.ts";
import { processCommunication, processLog, type ProcessOutput } from "../events/notifications.ts";
import { type CaptureOptions, ChannelLog, type ChannelLogOptions } from "../logs/channel_log.ts";
import { lineFormat } from "../logs/line_format.ts";
import type { LineWriterOptions } from "../logs/line_writer.ts";
import type { LogTarget } from "../logs/log_target.ts";
import { reasonOf } from "../logs/losses.ts";
import type { RecentOutput } from "../logs/recent_output.ts";
import type { Channel, ProcessConfig } from "../model/config.ts";
import { sameData } from "../model/plain_data.ts";
import { describeBytes, pythonBytes } from "../model/python_bytes.ts";
import type { Syslog } from "../platform/syslog.ts";
import type { LogPaths } from "../server/daemon.ts";
import { ProgramLogFiles, type ProgramLogFilesOptions } from "./program_log_files.ts";
import { dispatcherTrouble } from "./spawn_program.ts";

const CHANNELS: readonly Channel[] = ["stdout", "stderr"];
const NO_LOGS: LogPaths = { stdout: null, stderr: null };

const NOTHING = new Uint8Array(0);

type Channels = Readonly<Record<Channel, ChannelLog>>;

export interface ChildLogsOptions extends ProgramLogFilesOptions {
  readonly syslog: Syslog;
  readonly events: EventBus;
  /** Output of a process that says in it that it is ready. */
  heard(process: ManagedProcess, channel: Channel, chunk: Uint8Array): void;
}

export class ChildLogs {
  readonly #options: ChildLogsOptions;
  readonly #channels = new WeakMap<ManagedProcess, Channels>();
  #isAside = false;
  /** By configuration: removing a group and adding it again keeps the generated names. */
  readonly #paths = new WeakMap<ProcessConfig, LogPaths>();
  readonly #files: ProgramLogFiles;

  constructor(options: ChildLogsOptions) {
    this.#options = options;
    this.#files = new ProgramLogFiles(options);
  }

  /** Makes the AUTO logs of a group that becomes active. */
  groupAdded(group: Group): void {
    for (const { config } of group.processes.values()) {
      if (this.#paths.has(config)) continue;
      this.#paths.set(config, {
        stdout: this.#files.pathOf(config, "stdout"),
        stderr: this.#files.pathOf(config, "stderr"),
      });
    }
  }

  paths(process: ManagedProcess): LogPaths {
    return this.#paths.get(process.config) ?? NO_LOGS;
  }

  /**
   * The latest output, where it is not in a file that could be read back: it goes to a stream such
   * as /dev/stdout, or only to syslog.
   */
  inMemory(process: ManagedProcess, channel: Channel): RecentOutput | undefined {
    const { recent } = this.of(process)[channel];
    const path = this.paths(process)[channel];
    const isStream = path === null
      ? process.config[`${channel}_syslog`]
      : this.#options.files.isStream(path);
    return isStream ? recent : undefined;
  }

  /** The end of its last run's output. */
  latest(process: ManagedProcess, channel: Channel): Uint8Array {
    return this.#channels.get(process)?.[channel].recent.contentsOfRun() ?? NOTHING;
  }

  of(process: ManagedProcess): Channels {
    const known = this.#channels.get(process);
    if (known) return known;
    const make = (channel: Channel) => new ChannelLog(this.#channelOptions(process, channel));
    const made = { stdout: make("stdout"), stderr: make("stderr") };
    this.#channels.set(process, made);
    return made;
  }

  /**
   * After a change of its options: what changed of its logs is in force, also where it is up. One that
   * is AUTO keeps its name.
   *
   * @returns Why a log cannot be opened; then output goes where it went.
   */
  adopt(process: ManagedProcess, before: ProcessConfig): string | undefined {
    const { config } = process;
    if (config === before) return;
    const old = this.#paths.get(before) ?? NO_LOGS;
    const pathOf = (channel: Channel) =>
      [before, config].every((each) => each[`${channel}_logfile`].type === "auto")
        ? old[channel]
        : this.#files.pathOf(config, channel);
    this.#paths.set(config, { stdout: pathOf("stdout"), stderr: pathOf("stderr") });
    const troubles = CHANNELS.flatMap((channel) => this.#adoptChannel(process, channel, before));
    return troubles.length > 0 ? troubles.join("; ") : undefined;
  }

  #adoptChannel(process: ManagedProcess, channel: Channel, before: ProcessConfig): string[] {
    const log = this.#channels.get(process)?.[channel];
    if (!log || sameChannel(before, process.config, channel)) return [];
    log.adopt(this.#channelOptions(process, channel));
    if (process.pid === 0) return [];
    const path = this.paths(process)[channel];
    try {
      log.attach(path === null ? null : this.#openFile(process, channel, path));
      return [];
    } catch (error) {
      const { log: activity } = this.#options;
      const text = `cannot open the ${channel} log ${path}: ${reasonOf(error)}`;
      activity.log("warn", `'${process.config.name}' goes on as it was: ${text}`);
      return [text];
    }
  }

  #channelOptions(process: ManagedProcess, channel: Channel): ChannelLogOptions {
    return {
      stripAnsi: this.#options.supervisord().strip_ansi,
      copies: this.#copies(process, channel),
      capture: this.#capture(process, channel),
      lines: this.#lines(process, channel),
    };
  }

  /** Before a start. @returns Why the files cannot be opened, in the words of `spawnerr`. */
  open(process: ManagedProcess): string | undefined {
    const { config } = process;
    const logs = this.of(process);
    const paths = this.paths(process);
    for (const { recent } of Object.values(logs)) recent.beginRun();
    try {
      for (const channel of CHANNELS) {
        const path = paths[channel];
        logs[channel].attach(path === null ? null : this.#openFile(process, channel, path));
      }
    } catch (error) {
      this.close(process);
      return dispatcherTrouble(config.name, reasonOf(error));
    }
  }

  /** What a command beside it says is for its log, but not what the program says of itself. */
  writeAside(process: ManagedProcess, chunk: Uint8Array): void {
    this.#isAside = true;
    this.of(process).stdout.write(chunk);
    this.#isAside = false;
  }

  /** After an end: nothing more comes. */
  close(process: ManagedProcess): void {
    const logs = this.of(process);
    for (const channel of CHANNELS) {
      logs[channel].end();
      logs[channel].attach(null);
    }
  }

  /** Of a process that does not come back: what was lost of its output is told. */
  finish(process: ManagedProcess): void {
    for (const { losses } of Object.values(this.of(process))) losses?.end();
  }

  /**
   * Rotates what there is, also of a process that is down.
   *
   * @returns The paths of logs that were rotated. @throws {Error} With node's `code`.
   */
  rotate(process: ManagedProcess): string[] {
    const paths = this.paths(process);
    return CHANNELS.flatMap((channel) => {
      const path = paths[channel];
      return path !== null && this.#rotate(process, channel, path) ? [path] : [];
    });
  }

  #rotate(process: ManagedProcess, channel: Channel, path: string): boolean {
    const { file } = this.of(process)[channel];
    if (file) return file.rotate();
    const { files } = this.#options;
    if (files.isStream(path) || files.identity(path) === undefined) return false;
    const opened = this.#openFile(process, channel, path);
    try {
      return opened.rotate();
    } finally {
      opened.close();
    }
  }

  /** Old logs are no longer compressed. Resolves when no file is touched any more. */
  finishArchive(): Promise<void> {
    return this.#files.close();
  }

  /** Goes on in files of the configured names. */
  reopen(process: ManagedProcess): void {
    for (const { file } of Object.values(this.of(process))) file?.reopen();
  }

  /** Starts again with empty files where they are open. @throws {Error} With node's `code`. */
  clear(process: ManagedProcess): void {
    for (const { file, recent } of Object.values(this.of(process))) {
      recent.clear();
      file?.clear();
    }
  }

  #openFile(process: ManagedProcess, channel: Channel, path: string): LogTarget {
    const { losses } = this.of(process)[channel];
    const ours = losses?.path === path ? losses : undefined;
    if (!ours) losses?.end();
    return this.#files.open(process.config, { channel, path, losses: ours });
  }

  #lines(process: ManagedProcess, channel: Channel): LineWriterOptions | null {
    const { group, config } = process;
    const format = lineFormat(config);
    const { clock } = this.#options;
    const origin = () => ({ group, program: config.name, channel, pid: process.pid });
    return format && { format, clock, origin };
  }

  /** Where output goes beside its file. */
  #copies(process: ManagedProcess, channel: Channel): ((chunk: Uint8Array) => void)[] {
    const { log, syslog, events } = this.#options;
    const { config } = process;
    const copies: ((chunk: Uint8Array) => void)[] = [];
    if (log.wants("debug")) copies.push(this.#debugCopy(process, channel));
    if (config.readiness_log !== null) {
      copies.push((chunk) => {
        if (!this.#isAside) this.#options.heard(process, channel, chunk);
      });
    }
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

  /** A listener's protocol is shown as bytes. @see spec/events.md §4, "stdout log" */
  #debugCopy(process: ManagedProcess, channel: Channel): (chunk: Uint8Array) => void {
    const { log, events } = this.#options;
    const show = speaksProtocol(process, channel, events) ? pythonBytes : describeBytes;
    const { name } = process.config;
    return (chunk) => log.log("debug", `'${name}' ${channel} output:\n${show(chunk)}`);
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
}

function sameChannel(a: ProcessConfig, b: ProcessConfig, channel: Channel): boolean {
  const options = (Object.keys(b) as (keyof ProcessConfig)[])
    .filter((option) => option.startsWith(`${channel}_`) || option.startsWith("log"));
  return options.every((option) => sameData(a[option], b[option]));
}

/** A listener's stdout is no output: neither captured nor told of as an event. */
function speaksProtocol(process: ManagedProcess, channel: Channel, events: EventBus): boolean {
  return channel === "stdout" && events.isPool(process.group);
}

function outputOf(process: ManagedProcess, channel: Channel, data: Uint8Array): ProcessOutput {
  const { group, config: { name }, pid } = process;
  return { process: name, group, pid, channel, data };
}

function splitLines(chunk: Uint8Array): string[] {
  return new TextDecoder().decode(chunk).replace(/\n$/, "").split("\n");
}
