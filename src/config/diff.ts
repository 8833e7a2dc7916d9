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

function sameGroup(old: GroupConfig, read: GroupConfig): boolean {
  return old.priority === read.priority && sameKind(old, read) &&
    old.processes.length === read.processes.length &&
    old.processes.every((process, i) => sameProcess(process, read.processes[i]!));
}

/** A program by itself and a `[group:x]` are the same kind of thing. */
function sameKind(old: GroupConfig, read: GroupConfig): boolean {
  if (old.kind === "eventlistener" && read.kind === "eventlistener") {
    return old.buffer_size === read.buffer_size && old.result_handler === read.result_handler &&
      old.events.join() === read.events.join();
  }
  if (old.kind === "fcgi" && read.kind === "fcgi") return true;
  const isPlain = ({ kind }: GroupConfig) => kind === "program" || kind === "group";
  return isPlain(old) && isPlain(read);
}

function sameProcess(old: ProcessConfig, read: ProcessConfig): boolean {
  const { stdout_logfile, stderr_logfile, user, socket, ...plain } = read;
  return sameLog(old.stdout_logfile, stdout_logfile) &&
    sameLog(old.stderr_logfile, stderr_logfile) &&
    old.user?.id === user?.id &&
    old.socket?.url === socket?.url &&
    (Object.keys(plain) as (keyof typeof plain)[]).every((key) => sameData(old[key], plain[key]));
}

function sameLog(old: LogTarget, read: LogTarget): boolean {
  if (read.type === "auto") return true;
  if (old.type === "file" && read.type === "file") return old.path === read.path;
  return old.type === read.type;
}
