/** Commands that are run beside a program, as its user and where it is. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Exit } from "../model/exit.ts";
import { SIGKILL } from "../model/signal.ts";
import type { Clock } from "../platform/clock.ts";
import { type Environment, setVariable } from "../platform/environment.ts";
import { sendSignal } from "../platform/kill.ts";
import { openPipeReader, type PipeReader } from "../platform/pipe_reader.ts";
import { closeAll } from "../platform/spawn.ts";
import { spawnProgram } from "./spawn_program.ts";

export interface SideCommandsOptions {
  readonly clock: Clock;
  readonly environment: Environment;
  serverurl(): string | null;
}

export interface SideCommand {
  readonly command: string;
  readonly timeoutMs: number;
  /** Over the daemon's environment, under that of the program. */
  readonly variables?: ReadonlyMap<string, string>;
  /** stdout and stderr together. The bytes are only valid during the call. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Called once, and never at once. */
  readonly onEnd: (result: SideResult) => void;
}

export type SideResult =
  | { readonly type: "ended"; readonly exit: Exit }
  | { readonly type: "late" }
  | { readonly type: "notStarted"; readonly reason: string };

export interface RunningCommand {
  /** 0 if it could not be started. */
  readonly pid: number;
  /** To its process group, as long as it was not reaped. */
  signal(signal: number): void;
}

/** One that has not been reaped: its pid is nobody else's. */
interface Running {
  readonly command: SideCommand;
  readonly reader: PipeReader;
  isLate: boolean;
  /** What happens next if it does not end. */
  cancelTimer: () => void;
}

/** What was killed and is there after this long waits in the system, and may do so for ever. */
const HOPELESS_MS = 2000;

export class SideCommands {
  readonly #options: SideCommandsOptions;
  readonly #running = new Map<number, Running>();
  /** Commands whose end was not told yet. */
  #open = 0;
  #onSettled: (() => void)[] = [];

  constructor(options: SideCommandsOptions) {
    this.#options = options;
  }

  /** Runs a command in a process group of its own; what is there after its time is killed. */
  run({ config, group }: ManagedProcess, command: SideCommand): RunningCommand {
    const { clock, serverurl } = this.#options;
    this.#open++;
    const spawned = spawnProgram(
      { ...config, command: command.command, redirect_stderr: true },
      { group, environment: this.#environmentFor(command), serverurl: serverurl() },
    );
    if (!spawned.ok) {
      const { reason } = spawned;
      clock.after(0, () => this.#tell(command, { type: "notStarted", reason }));
      return { pid: 0, signal: () => {} };
    }
    const { pid, pipes } = spawned;
    closeAll([pipes.stdin]);
    const reader = openPipeReader(pipes.stdout, { onData: command.onOutput, onEnd: () => {} });
    const cancelTimer = clock.after(command.timeoutMs, () => this.#late(pid));
    const running = { command, reader, isLate: false, cancelTimer };
    this.#running.set(pid, running);
    return {
      pid,
      signal: (signal) =>
        void (this.#running.get(pid) === running && sendSignal(pid, signal, true)),
    };
  }

  /** A child was reaped. @returns false if it is none of these. */
  ended(pid: number, exit: Exit): boolean {
    const running = this.#running.get(pid);
    if (!running) return false;
    this.#running.delete(pid);
    running.cancelTimer();
    running.reader.drain();
    running.reader.close();
    this.#tell(running.command, running.isLate ? { type: "late" } : { type: "ended", exit });
    return true;
  }

  /** Whether this is the pid of one of them. */
  holds(pid: number): boolean {
    return this.#running.has(pid);
  }

  /** No more waiting. */
  killAll(): void {
    for (const pid of this.#running.keys()) sendSignal(pid, SIGKILL, true);
  }

  /** Resolves when all of them are over; each has its time for that. */
  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onSettled.push(resolve));
  }

  #environmentFor({ variables = new Map() }: SideCommand): Environment {
    const environment = new Map(this.#options.environment);
    for (const [name, value] of variables) setVariable(environment, name, value);
    return environment;
  }

  #late(pid: number): void {
    const running = this.#running.get(pid)!;
    running.isLate = true;
    sendSignal(pid, SIGKILL, true);
    running.cancelTimer = this.#options.clock.after(
      HOPELESS_MS,
      () => this.ended(pid, { type: "signal", signal: SIGKILL, core: false }),
    );
  }

  #tell(command: SideCommand, result: SideResult): void {
    this.#open--;
    command.onEnd(result);
    if (this.#open > 0) return;
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }
}
