/** Who hears of a change of state; and the end of the daemon, where a program's end is that. */
import { daemonExitStatus } from "../engine/exit_on.ts";
import { isStoppable } from "../engine/process.ts";
import type { Supervisor } from "../engine/supervisor.ts";
import type { StateChange } from "../engine/supervisor_world.ts";
import type { EventBus } from "../events/event_bus.ts";
import type { Config } from "../model/config.ts";
import { isStoppedState } from "../model/state.ts";
import type { ChildLogs } from "./child_logs.ts";
import type { DaemonLog } from "./daemon_log.ts";
import type { Ending } from "./ending.ts";

export interface ChangeParts {
  readonly log: DaemonLog["log"];
  readonly logs: ChildLogs;
  readonly events: EventBus;
  readonly supervisor: Supervisor;
  readonly ending: Ending;
  readonly config: Config;
}

/** Called while the change is carried out: what follows from it comes after that. */
export function followStateChange(change: StateChange, parts: ChangeParts): void {
  const { process, to } = change;
  if (isStoppedState(to.state)) {
    queueMicrotask(() => {
      // What was lost of its output is told when it is down for good, not at every restart.
      if (!isStoppable(process)) parts.logs.finish(process);
    });
  }
  tellListeners(change, parts.events);
  const status = exitStatusAfter(change, parts.config);
  if (status !== undefined) queueMicrotask(() => endWith(change, status, parts));
}

function tellListeners(change: StateChange, events: EventBus): void {
  const { process: { group, config: { name } }, from, to, pid, expected } = change;
  const tries = to.failures;
  events.processState({ process: name, group, from, to: to.state, tries, pid, expected });
}

function exitStatusAfter(change: StateChange, { supervisord }: Config): number | undefined {
  const { process: { config, lastExit }, to: { state }, pid } = change;
  const exit_on = config.exit_on ?? supervisord.exit_on;
  return daemonExitStatus(exit_on, { state, hasRun: pid !== 0, lastExit });
}

function endWith(change: StateChange, status: number, parts: ChangeParts): void {
  const { log, supervisor, ending } = parts;
  if (supervisor.stopping) return;
  const { process: { config: { name } }, to: { state } } = change;
  log.log("warn", `shutting down with exit status ${status}: '${name}' is ${state} (exit_on)`);
  ending.begin("shutdown", status);
}
