/** Where the output of programs goes: files, syslog, listeners, and who may read it back. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Group } from "../engine/supervisor.ts";
import type { EventBus } from "../events/event_bus.ts";
import { processCommunication, processLog, type ProcessOutput } from "../events/notifications.ts";
import { type CaptureOptions, ChannelLog } from "../logs/channel_log.ts";
import { lineFormat } from "../logs/line_format.ts";
import type { LineWriterOptions } from "../logs/line_writer.ts";
import type { LogTarget } from "../logs/log_target.ts";
import { reasonOf } from "../logs/losses.ts";
import type { RecentOutput } from "../logs/recent_output.ts";
import type { Channel, ProcessConfig } from "../model/config.ts";
import { describeBytes, pythonBytes } from "../model/python_bytes.ts";
import type { Syslog } from "../platform/syslog.ts";
import type { LogPaths } from "../server/daemon.ts";
import { ProgramLogFiles, type ProgramLogFilesOptions } from "./program_log_files.ts";
import { dispatcherTrouble } from "./spawn_program.ts";

const CHANNELS: readonly Channel[] = ["stdout", "stderr"];
const NO_LOGS: LogPaths = { stdout: null, stderr: null };

type Channels = Readonly<Record<Channel, ChannelLog>>;

export interface ChildLogsOptions extends ProgramLogFilesOptions {
  readonly syslog: Syslog;
  readonly events: EventBus;
}

export class ChildLogs {
  readonly #options: ChildLogsOptions;
  readonly #channels = new WeakMap<ManagedProcess, Channels>();
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

  of(process: ManagedProcess): Channels {
    const known = this.#channels.get(process);
    if (known) return known;
    const { strip_ansi } = this.#options.supervisord();
    const make = (channel: Channel) =>
      new ChannelLog({
        stripAnsi: strip_ansi,
        copies: this.#copies(process, channel),
        capture: this.#capture(process, channel),
        lines: this.#lines(process, channel),
      });
    const made = { stdout: make("stdout"), stderr: make("stderr") };
    this.#channels.set(process, made);
    return made;
  }

  /** Before a start. @returns Why the files cannot be opened, in the words of `spawnerr`. */
  open(process: ManagedProcess): string | undefined {
    const { config } = process;
    const logs = this.of(process);
    const paths = this.paths(process);
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
    return this.#files.open(process.config, { channel, path, losses });
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
