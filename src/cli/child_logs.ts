/** The logs of programs: where they are, when they are open, and who may read them back. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Group } from "../engine/supervisor_world.ts";
import { ChannelLog } from "../logs/channel_log.ts";
import type { LogTarget } from "../logs/log_target.ts";
import { reasonOf } from "../logs/losses.ts";
import type { RecentOutput } from "../logs/recent_output.ts";
import type { Channel, ProcessConfig } from "../model/config.ts";
import { sameData } from "../model/plain_data.ts";
import type { LogPaths } from "../server/daemon.ts";
import { channelOptions, type ChannelParts } from "./channel_options.ts";
import { ProgramLogFiles, type ProgramLogFilesOptions } from "./program_log_files.ts";
import { dispatcherTrouble } from "./spawn_program.ts";

const CHANNELS: readonly Channel[] = ["stdout", "stderr"];
const NO_LOGS: LogPaths = { stdout: null, stderr: null };

const NOTHING = new Uint8Array(0);

type Channels = Readonly<Record<Channel, ChannelLog>>;

export type ChildLogsOptions = ProgramLogFilesOptions & ChannelParts;

export class ChildLogs {
  readonly #options: ChildLogsOptions;
  readonly #channels = new WeakMap<ManagedProcess, Channels>();
  readonly #parts: ChannelParts;
  /** What is written is not the program's. */
  #isAside = false;
  /** By configuration: removing a group and adding it again keeps the generated names. */
  readonly #paths = new WeakMap<ProcessConfig, LogPaths>();
  readonly #files: ProgramLogFiles;

  constructor(options: ChildLogsOptions) {
    this.#options = options;
    const heard: ChannelParts["heard"] = (...what) => {
      if (!this.#isAside) options.heard(...what);
    };
    this.#parts = { ...options, heard };
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
    const make = (channel: Channel) =>
      new ChannelLog(channelOptions(process, channel, this.#parts));
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
    log.adopt(channelOptions(process, channel, this.#parts));
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
}

function sameChannel(a: ProcessConfig, b: ProcessConfig, channel: Channel): boolean {
  const options = (Object.keys(b) as (keyof ProcessConfig)[])
    .filter((option) => option.startsWith(`${channel}_`) || option.startsWith("log"));
  return options.every((option) => sameData(a[option], b[option]));
}
