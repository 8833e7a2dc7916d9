/** The commands around a program's life: what they are told, and where their output goes. */
import type { ManagedProcess, RunningHook } from "../engine/process.ts";
import type { Hook } from "../engine/step.ts";
import type { ActivityLog } from "../logs/activity_log.ts";
import { describeExit, shellStatus } from "../model/exit.ts";
import type { ChildLogs } from "./child_logs.ts";
import type { RunningCommand, SideCommands, SideResult } from "./side_commands.ts";

/** Those of the engine, and the one that is only run on request. */
type AnyHook = Hook | "reload_command";

export interface HooksOptions {
  readonly commands: SideCommands;
  readonly logs: ChildLogs;
  readonly log: ActivityLog;
}

const DEFAULT_TIMEOUT_SECS = 30;

export class Hooks {
  readonly #options: HooksOptions;

  constructor(options: HooksOptions) {
    this.#options = options;
  }

  /** @param onEnd Called once, later: with what went wrong, or null. */
  run(
    process: ManagedProcess,
    hook: AnyHook,
    onEnd: (failure: string | null) => void,
  ): RunningHook {
    const { commands, logs, log } = this.#options;
    const timeout = timeoutSecs(process, hook);
    // Around a run the program's logs are closed.
    const isAlone = process.pid === 0;
    const noLogs = isAlone ? logs.open(process) : undefined;
    const running: RunningCommand = commands.run(process, {
      command: process.config[hook]!,
      timeoutMs: timeout * 1000,
      variables: variablesOf(process, hook),
      onOutput: (chunk) => logs.writeAside(process, chunk),
      onEnd: (result) => {
        if (isAlone && noLogs === undefined) logs.close(process);
        onEnd(failureOf(hook, timeout, result));
      },
    });
    const { name } = process.config;
    if (noLogs !== undefined) log.log("warn", `output of '${name}' ${hook} is lost: ${noLogs}`);
    if (running.pid !== 0) log.log("info", `'${name}': ${hook} runs with pid ${running.pid}`);
    return running;
  }
}

function timeoutSecs({ config }: ManagedProcess, hook: AnyHook): number {
  switch (hook) {
    case "stop_command":
      return config.stopwaitsecs;
    case "pre_start":
      return config.pre_start_timeout ?? DEFAULT_TIMEOUT_SECS;
    case "post_stop":
      return config.post_stop_timeout ?? DEFAULT_TIMEOUT_SECS;
    default:
      return DEFAULT_TIMEOUT_SECS;
  }
}

function variablesOf({ pid, lastExit }: ManagedProcess, hook: AnyHook): Map<string, string> {
  if (hook === "pre_start") return new Map();
  if (hook !== "post_stop") return new Map([["SUPERVISOR_PROCESS_PID", String(pid)]]);
  return new Map([["SUPERVISOR_EXIT_STATUS", String(lastExit ? shellStatus(lastExit) : 0)]]);
}

/** `pre_start exited with 3`; null if nothing went wrong. */
export function failureOf(hook: AnyHook, timeout: number, result: SideResult): string | null {
  switch (result.type) {
    case "late":
      return `${hook} did not end within ${timeout} s`;
    case "notStarted":
      return `${hook}: ${result.reason}`;
    case "ended": {
      const { exit } = result;
      if (exit.type === "signal") return `${hook} was ${describeExit(exit)}`;
      return exit.code === 0 ? null : `${hook} exited with ${exit.code}`;
    }
  }
}
