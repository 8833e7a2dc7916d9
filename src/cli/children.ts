/** The processes as the system has them: started, connected with pipes, ended. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { Launched } from "../engine/supervisor_world.ts";
import type { EventBus } from "../events/event_bus.ts";
import type { ChannelLog } from "../logs/channel_log.ts";
import type { ActivityLog } from "../logs/activity_log.ts";
import type { FcgiSocketConfig, ProcessConfig } from "../model/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../platform/environment.ts";
import { type PipeHandlers, PipeReader } from "../platform/pipe_reader.ts";
import { PipeWriter } from "../platform/pipe_writer.ts";
import { reapOne } from "../platform/reaper.ts";
import type { ChildPipes } from "../platform/spawn.ts";
import type { ChildLogs } from "./child_logs.ts";
import { FcgiSocket } from "./fcgi_sockets.ts";
import type { Readiness } from "./readiness.ts";
import type { SideCommands } from "./side_commands.ts";
import { type Spawned, spawnProgram } from "./spawn_program.ts";

/** What a live process is connected with. */
interface Connection {
  readonly process: ManagedProcess;
  readonly readers: readonly PipeReader[];
  readonly stdin: PipeWriter | null;
  readonly socket: FcgiSocket | null;
}

export interface ChildrenOptions {
  readonly clock: Clock;
  readonly log: ActivityLog;
  readonly logs: ChildLogs;
  readonly events: EventBus;
  readonly readiness: Readiness;
  readonly sideCommands: SideCommands;
  readonly environment: Environment;
  /** As last read: a reread changes it. */
  serverurl(): string | null;
}

export class Children {
  readonly #options: ChildrenOptions;
  readonly #connections = new Map<number, Connection>();
  /** By configuration: the processes of one section share theirs. */
  readonly #sockets = new WeakMap<FcgiSocketConfig, FcgiSocket>();

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** Starts a process and connects its pipes with its logs. */
  launch(process: ManagedProcess): Launched {
    const { logs } = this.#options;
    const socket = this.#socketOf(process.config);
    const failure = logs.open(process);
    if (failure !== undefined) return { ok: false, reason: failure };
    const spawned = this.#spawn(process, socket);
    if (spawned.ok) this.#connect(process, spawned.pid, spawned.pipes, socket);
    else logs.close(process);
    return spawned;
  }

  /** Collects every child that has ended, its last output first. */
  reap(supervisor: Supervisor): void {
    for (let ended = reapOne(); ended; ended = reapOne()) {
      if (this.#options.sideCommands.ended(ended.pid, ended.exit)) continue;
      this.#disconnect(ended.pid);
      supervisor.exited(ended.pid, ended.exit);
    }
    supervisor.checkGroups();
  }

  /** Lets go of what would not end. */
  close(): void {
    for (const pid of [...this.#connections.keys()]) this.#disconnect(pid);
  }

  /** @returns false if the process's stdin is closed. */
  sendStdin(process: ManagedProcess, bytes: Uint8Array): boolean {
    return this.#connections.get(process.pid)?.stdin?.write(bytes) ?? false;
  }

  reopenLogs(): void {
    for (const { process } of this.#connections.values()) this.#options.logs.reopen(process);
  }

  /** A FastCGI process holds its group's socket from before it is started until it is reaped. */
  #spawn(process: ManagedProcess, socket: FcgiSocket | null): Spawned {
    const { config, group } = process;
    const { readiness } = this.#options;
    let stdin: number | undefined;
    let notifySocket: string | undefined;
    try {
      notifySocket = readiness.openSocket(process);
      stdin = socket?.hold();
    } catch (error) {
      readiness.closeSocket(process);
      const why = (error as Error).message;
      return { ok: false, reason: `cannot open the socket of '${config.name}': ${why}` };
    }
    const spawned = spawnProgram(config, {
      group,
      environment: this.#options.environment,
      serverurl: this.#options.serverurl(),
      notifySocket,
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (!spawned.ok) {
      socket?.release();
      readiness.closeSocket(process);
    }
    return spawned;
  }

  #socketOf({ socket }: ProcessConfig): FcgiSocket | null {
    if (socket === null) return null;
    const known = this.#sockets.get(socket);
    if (known) return known;
    const { clock, log } = this.#options;
    const made = new FcgiSocket(socket, { clock, log: (level, text) => log.log(level, text) });
    this.#sockets.set(socket, made);
    return made;
  }

  #connect(
    process: ManagedProcess,
    pid: number,
    { stdin, stdout, stderr }: ChildPipes,
    socket: FcgiSocket | null,
  ): void {
    const { clock, events, log, logs } = this.#options;
    const channels = logs.of(process);
    const heard = events.isPool(process.group) ? events : null;
    const readers = [
      new PipeReader(stdout, new Output({ process, into: channels.stdout, heard, log })),
    ];
    if (stderr !== null) {
      const output = new Output({ process, into: channels.stderr, heard: null, log });
      readers.push(new PipeReader(stderr, output));
    }
    this.#connections.set(pid, {
      process,
      readers,
      stdin: stdin === null ? null : new PipeWriter(stdin, clock),
      socket,
    });
  }

  #disconnect(pid: number): void {
    const connection = this.#connections.get(pid);
    if (!connection) return;
    this.#connections.delete(pid);
    for (const reader of connection.readers) {
      reader.drain();
      reader.close();
    }
    connection.stdin?.close();
    connection.socket?.release();
    this.#options.readiness.closeSocket(connection.process);
    this.#options.logs.close(connection.process);
  }
}

interface OutputOptions {
  readonly process: ManagedProcess;
  readonly into: ChannelLog;
  /** Told of each chunk, too: the listener protocol is spoken on this pipe; null: it is not. */
  readonly heard: EventBus | null;
  readonly log: ActivityLog;
}

/** What comes through one pipe of a process. */
class Output implements PipeHandlers {
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  onData(chunk: Uint8Array): void {
    const { process: { group, config }, into, heard } = this.#options;
    into.write(chunk);
    heard?.listenerOutput(group, config.name, chunk);
  }

  onEnd(): void {
    const { process, log } = this.#options;
    log.log("debug", `'${process.config.name}' closed a pipe, stopped reading it`);
  }
}
