/** What an update would do to each process of a group. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { ProcessStep } from "../model/update.ts";
import { changedOptions } from "./diff.ts";
import { optionChanges } from "./option_changes.ts";

/** A group in use, and what of its state a plan depends on. */
export interface ActiveGroup {
  readonly config: GroupConfig;
  /** Names of processes that a stop would find something to do for. */
  readonly up: ReadonlySet<string>;
  /** Names of those that an operator has stopped. */
  readonly stopped: ReadonlySet<string>;
}

/**
 * A running process goes on with new values of these. What is not named here or among the logs needs
 * a restart: that is the safe side for options to come.
 */
const IN_PLACE: ReadonlySet<string> = new Set<keyof ProcessConfig>([
  "priority",
  "autostart",
  "autorestart",
  "startsecs",
  "startretries",
  "exitcodes",
  "stopsignal",
  "stopwaitsecs",
  "stopasgroup",
  "killasgroup",
  "exit_on",
  "restartdelaysecs",
  "restartbackoff",
  "restartlimit",
  "restartlimit_action",
  "stopsignals",
  "stop_command",
  "reload_signal",
  "reload_command",
  "pre_start",
  "pre_start_timeout",
  "post_stop",
  "post_stop_timeout",
  "keepstopped",
  "depends_on",
  "dependent_startup_wait_for",
]);

/** So it does with these: its logs are opened anew. */
const LOG_OPTION = /^(?:std(?:out|err)|log|logfile)_/;

export function needsRestart(old: ProcessConfig, read: ProcessConfig): boolean {
  return changedOptions(old, read).some((option) =>
    !IN_PLACE.has(option) && !LOG_OPTION.test(option)
  );
}

/**
 * Those that leave, then those of the configuration; Supervisor, too, starts whatever an update
 * changes, running or not, and stops what is not to be started.
 *
 * @param isReplaced The whole group comes anew: then nobody goes on.
 */
export function processSteps(
  { config, up, stopped }: ActiveGroup,
  read: GroupConfig,
  isReplaced: boolean,
): ProcessStep[] {
  const before = byName(config);
  const after = byName(read);
  const leaving = config.processes.filter(({ name }) => !after.has(name));
  const staying = read.processes.flatMap((process): ProcessStep[] => {
    const old = before.get(process.name);
    if (!old) return [addedProcess(process)];
    const changes = optionChanges(old, process);
    if (changes.length === 0 && !isReplaced) return [];
    const isUp = up.has(process.name);
    const stops = isUp &&
      (isReplaced || needsRestart(old, process) || (old.autostart && !process.autostart));
    const starts = (stops || !isUp) && isStarted(process, stopped);
    return [{ name: process.name, action: "change", stops, starts, changes }];
  });
  return [...leaving.map(({ name }) => removedProcess(name, up)), ...staying];
}

/** Not, where an operator has stopped it for good. */
function isStarted({ name, autostart, keepstopped }: ProcessConfig, stopped: ReadonlySet<string>) {
  return autostart && !(keepstopped && stopped.has(name));
}

export function removedProcess(name: string, up: ReadonlySet<string>): ProcessStep {
  return { name, action: "remove", stops: up.has(name), starts: false, changes: [] };
}

export function addedProcess({ name, autostart }: ProcessConfig): ProcessStep {
  return { name, action: "add", stops: false, starts: autostart, changes: [] };
}

export function byName({ processes }: GroupConfig): ReadonlyMap<string, ProcessConfig> {
  return new Map(processes.map((process) => [process.name, process]));
}
