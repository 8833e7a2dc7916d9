/** What a reread finds changed. */
import type { GroupConfig, LogTarget, ProcessConfig } from "../model/config.ts";
import { sameData } from "../model/plain_data.ts";
import { distinctGroups } from "./groups.ts";

/** Names of groups; `added` and `changed` in the order read, `removed` in the active order. */
export interface GroupDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Compares the groups in use with those of a configuration just read.
 *
 * A log that is AUTO in what was read equals any other, so going back to AUTO is no change.
 *
 * @see spec/config.md §9
 */
export function compareGroups(
  active: readonly GroupConfig[],
  read: readonly GroupConfig[],
): GroupDifference {
  const before = new Map(distinctGroups(active).map((group) => [group.name, group]));
  const after = new Map(distinctGroups(read).map((group) => [group.name, group]));
  const isChanged = (group: GroupConfig) => {
    const old = before.get(group.name);
    return old !== undefined && !sameGroup(old, group);
  };
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed: [...after.values()].filter(isChanged).map(({ name }) => name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** Whether an update has nothing to do for a group. */
export function sameGroup(old: GroupConfig, read: GroupConfig): boolean {
  return old.priority === read.priority && sameKind(old, read) &&
    old.processes.length === read.processes.length &&
    old.processes.every((process, i) => changedOptions(process, read.processes[i]!).length === 0);
}

/** Whether they are the same but for their processes. A program by itself is a group like others. */
export function sameKind(old: GroupConfig, read: GroupConfig): boolean {
  if (old.kind === "eventlistener" && read.kind === "eventlistener") {
    return old.buffer_size === read.buffer_size && old.result_handler === read.result_handler &&
      old.events.join() === read.events.join();
  }
  if (old.kind === "fcgi" && read.kind === "fcgi") return true;
  const isPlain = ({ kind }: GroupConfig) => kind === "program" || kind === "group";
  return isPlain(old) && isPlain(read);
}

/** The options of a process that an update takes for changed. */
export function changedOptions(
  old: ProcessConfig,
  read: ProcessConfig,
): readonly (keyof ProcessConfig)[] {
  const options = Object.keys(read) as (keyof ProcessConfig)[];
  return options.filter((option) => !sameOption(old, read, option));
}

function sameOption(old: ProcessConfig, read: ProcessConfig, option: keyof ProcessConfig): boolean {
  switch (option) {
    case "stdout_logfile":
    case "stderr_logfile":
      return sameLog(old[option], read[option]);
    case "user":
      return old.user?.id === read.user?.id;
    case "socket":
      return old.socket?.url === read.socket?.url;
    default:
      return sameData(old[option], read[option]);
  }
}

function sameLog(old: LogTarget, read: LogTarget): boolean {
  if (read.type === "auto") return true;
  if (old.type === "file" && read.type === "file") return old.path === read.path;
  return old.type === read.type;
}
