/** Commands that are run beside a program, as its user and where it is: its health checks. */
import type { CheckResult } from "../engine/health.ts";
import type { ManagedProcess } from "../engine/process.ts";
import { RingBuffer } from "../logs/ring_buffer.ts";
import { danglingLength } from "../logs/utf8_boundary.ts";
import { describeExit, type Exit } from "../model/exit.ts";
import { SIGKILL } from "../model/signal.ts";
import type { Clock } from "../platform/clock.ts";
import type { Environment } from "../platform/environment.ts";
import { sendSignal } from "../platform/kill.ts";
import { openPipeReader, type PipeReader } from "../platform/pipe_reader.ts";
import { groupLives } from "../platform/process_group.ts";
import { closeAll } from "../platform/spawn.ts";
import { spawnProgram } from "./spawn_program.ts";

export interface SideCommandsOptions {
  readonly clock: Clock;
  readonly environment: Environment;
  serverurl(): string | null;
}

/** One that has not been reaped: its pid is nobody else's. */
interface Running {
  readonly process: ManagedProcess;
  readonly output: RingBuffer;
  readonly reader: PipeReader;
  killedAt: number | null;
  /** Why it was killed, if it was. */
  reason: string | null;
  cancelTimer: () => void;
  /** Called once, unless it was given up. */
  done: ((result: CheckResult) => void) | null;
}

const KEPT_BYTES = 1024;

/** What was killed and is there after this long waits in the system, and may do so for ever. */
const HOPELESS_MS = 2000;

export class SideCommands {
  readonly #options: SideCommandsOptions;
  readonly #running = new Map<number, Running>();

  constructor(options: SideCommandsOptions) {
    this.#options = options;
  }

  /**
   * Runs a command in a process group of its own.
   *
   * @param done Called later, never at once.
   * @returns Kills it: `done` is not called any more.
   */
  run(
    process: ManagedProcess,
    command: string,
    timeoutMs: number,
    done: (result: CheckResult) => void,
  ): () => void {
    const { clock, environment, serverurl } = this.#options;
    const refuse = (output: string) => clock.after(0, () => done({ ok: false, output }));
    if (this.#isStuck(process)) return refuse("the command of an earlier check cannot be killed");
    const spawned = spawnProgram({ ...process.config, command, redirect_stderr: true }, {
      group: process.group,
      environment,
      serverurl: serverurl(),
    });
    if (!spawned.ok) return refuse(spawned.reason);
    const { pid, pipes } = spawned;
    closeAll([pipes.stdin]);
    const output = new RingBuffer();
    const reader = openPipeReader(pipes.stdout, {
      onData: (chunk) => output.push(chunk),
      onEnd: () => {},
    });
    const running: Running = {
      process,
      output,
      reader,
      killedAt: null,
      reason: null,
      cancelTimer: clock.after(timeoutMs, () => this.#late(pid, running, timeoutMs)),
      done,
    };
    this.#running.set(pid, running);
    return () => {
      if (running.done === null) return;
      running.done = null;
      running.cancelTimer();
      this.#kill(pid, running);
    };
  }

  /** A child was reaped. @returns false if it is none of these. */
  ended(pid: number, exit: Exit): boolean {
    const running = this.#running.get(pid);
    if (!running) return false;
    this.#running.delete(pid);
    running.reader.drain();
    running.reader.close();
    if (groupLives(pid)) sendSignal(pid, SIGKILL, true); // what it left behind would pile up
    const ok = running.reason === null && exit.type === "code" && exit.code === 0;
    this.#finish(running, { ok, output: running.reason ?? said(running.output, exit) });
    return true;
  }

  #late(pid: number, running: Running, timeoutMs: number): void {
    const text = textOf(running.output);
    running.reason = `${text}${text === "" ? "" : "\n"}killed after ${timeoutMs / 1000} seconds`;
    this.#kill(pid, running);
    running.cancelTimer = this.#options.clock.after(HOPELESS_MS, () =>
      this.#finish(running, {
        ok: false,
        output: `${running.reason}, and does not end`,
      }));
  }

  #kill(pid: number, running: Running): void {
    running.killedAt = this.#options.clock.now();
    sendSignal(pid, SIGKILL, true);
  }

  #finish(running: Running, result: CheckResult): void {
    running.cancelTimer();
    const { done } = running;
    running.done = null;
    done?.(result);
  }

  #isStuck(process: ManagedProcess): boolean {
    const since = this.#options.clock.now() - HOPELESS_MS;
    return this.#running.values().some((running) =>
      running.process === process && running.killedAt !== null && running.killedAt <= since
    );
  }
}

function said(output: RingBuffer, exit: Exit): string {
  return textOf(output) || describeExit(exit);
}

/** The end of it, without half a character at its start. */
function textOf(output: RingBuffer): string {
  const bytes = output.contents().subarray(-KEPT_BYTES);
  return new TextDecoder().decode(bytes.subarray(danglingLength(bytes))).trimEnd();
}
