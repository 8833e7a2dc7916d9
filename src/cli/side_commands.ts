/** Commands that are run beside a program, as its user and where it is: its hooks, its checks. */
import type { ManagedProcess } from "../engine/process.ts";
import type { Exit } from "../model/exit.ts";
import { SIGKILL } from "../model/signal.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../platform/environment.ts";
import { sendSignal } from "../platform/kill.ts";
import { PipeReader } from "../platform/pipe_reader.ts";
import { groupLives } from "../platform/process_group.ts";
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
  /**
   * Run again and again: what it leaves behind in its process group is killed when it ends, and it
   * is not run while an earlier one is there that cannot be killed.
   */
  readonly isRepeated?: boolean;
  /** stdout and stderr together. The bytes are only valid during the call. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Called once, and never at once. */
  readonly onEnd: (result: SideResult) => void;
}

export type SideResult =
  | { readonly type: "ended"; readonly exit: Exit }
  /** Killed after its time; stuck: it is there all the same. */
  | { readonly type: "late"; readonly isStuck: boolean }
  | { readonly type: "notStarted"; readonly reason: string };

export interface RunningCommand {
  /** 0 if it could not be started. */
  readonly pid: number;
  /** To its process group, as long as it was not reaped. */
  signal(signal: number): void;
  /** Kills it; `onEnd` is not called any more. */
  giveUp(): void;
}

/** One that has not been reaped: its pid is nobody else's. */
interface Running {
  readonly process: ManagedProcess;
  readonly command: SideCommand;
  readonly reader: PipeReader;
  /** Its end was told, or nobody wants to know. */
  isOver: boolean;
  isLate: boolean;
  /** Monotonic milliseconds. */
  killedAt: number | null;
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
  run(process: ManagedProcess, command: SideCommand): RunningCommand {
    const { clock, environment, serverurl } = this.#options;
    const { config, group } = process;
    this.#open++;
    if (command.isRepeated && this.#isStuck(process, command)) {
      return this.#notStarted(command, "the command of an earlier check cannot be killed");
    }
    const spawned = spawnProgram(
      { ...config, command: command.command, redirect_stderr: true },
      { group, environment, serverurl: serverurl(), variables: command.variables ?? NONE },
    );
    if (!spawned.ok) return this.#notStarted(command, spawned.reason);
    const { pid, pipes } = spawned;
    closeAll([pipes.stdin]);
    const running: Running = {
      process,
      command,
      reader: new PipeReader(pipes.stdout, { onData: command.onOutput, onEnd: () => {} }),
      isOver: false,
      isLate: false,
      killedAt: null,
      cancelTimer: clock.after(command.timeoutMs, () => this.#late(pid, running)),
    };
    this.#running.set(pid, running);
    return {
      pid,
      signal: (signal) =>
        void (this.#running.get(pid) === running && sendSignal(pid, signal, true)),
      giveUp: () => this.#giveUp(pid, running),
    };
  }

  /** A child was reaped. @returns false if it is none of these. */
  ended(pid: number, exit: Exit): boolean {
    const running = this.#running.get(pid);
    if (!running) return false;
    this.#running.delete(pid);
    const { command, isLate } = running;
    this.#finish(running, isLate ? { type: "late", isStuck: false } : { type: "ended", exit });
    if (command.isRepeated && groupLives(pid)) sendSignal(pid, SIGKILL, true);
    return true;
  }

  /** Whether this is the pid of one of them. */
  holds(pid: number): boolean {
    return this.#running.has(pid);
  }

  /** Whether an earlier one was killed in vain. */
  #isStuck(process: ManagedProcess, { command }: SideCommand): boolean {
    const since = this.#options.clock.now() - HOPELESS_MS;
    return this.#running.values().some((running) =>
      running.process === process && running.command.command === command &&
      running.killedAt !== null && running.killedAt <= since
    );
  }

  /** No more waiting. */
  killAll(): void {
    for (const [pid, running] of this.#running) this.#kill(pid, running);
  }

  /** Resolves when all of them are over; each has its time for that. */
  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onSettled.push(resolve));
  }

  #notStarted(command: SideCommand, reason: string): RunningCommand {
    let isOver = false;
    const finish = (result: SideResult | null) => {
      if (isOver) return;
      isOver = true;
      this.#tell(command, result);
    };
    this.#options.clock.after(0, () => finish({ type: "notStarted", reason }));
    return { pid: 0, signal: () => {}, giveUp: () => finish(null) };
  }

  #late(pid: number, running: Running): void {
    running.isLate = true;
    this.#kill(pid, running);
    running.cancelTimer = this.#options.clock.after(
      HOPELESS_MS,
      () => this.#finish(running, { type: "late", isStuck: true }),
    );
  }

  #giveUp(pid: number, running: Running): void {
    if (this.#running.get(pid) !== running) return;
    this.#kill(pid, running);
    this.#finish(running, null);
  }

  #kill(pid: number, running: Running): void {
    running.killedAt ??= this.#options.clock.now();
    sendSignal(pid, SIGKILL, true);
  }

  /** @param result null: nobody wants to know. */
  #finish(running: Running, result: SideResult | null): void {
    if (running.isOver) return;
    running.isOver = true;
    running.cancelTimer();
    running.reader.drain();
    running.reader.close();
    this.#tell(running.command, result);
  }

  #tell(command: SideCommand, result: SideResult | null): void {
    this.#open--;
    if (result) command.onEnd(result);
    if (this.#open > 0) return;
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }
}

const NONE: ReadonlyMap<string, string> = new Map();
