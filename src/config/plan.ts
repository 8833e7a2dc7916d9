/** What an update would do, decided from what is active and what was read. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { GroupStep, PlannedGroup } from "../model/update.ts";
import { compareGroups, sameKind } from "./diff.ts";
import { distinctGroups } from "./groups.ts";
import { groupChanges, namesOf } from "./option_changes.ts";
import {
  type ActiveGroup,
  addedProcess,
  byName,
  needsRestart,
  processSteps,
  removedProcess,
} from "./plan_processes.ts";

/**
 * Removed groups in the active order, then changed and new ones in the order read.
 *
 * @param only Groups to look at; undefined for all.
 */
export function planUpdate(
  active: readonly ActiveGroup[],
  read: readonly GroupConfig[],
  only?: ReadonlySet<string>,
): PlannedGroup[] {
  const before = new Map(active.map((group) => [group.config.name, group]));
  const after = new Map(distinctGroups(read).map((group) => [group.name, group]));
  const difference = compareGroups(active.map(({ config }) => config), read);
  const wanted = (names: readonly string[]) => names.filter((name) => only?.has(name) ?? true);
  const left = leftGroups([...before.values()].map(({ config }) => config), [...after.values()]);
  return [
    ...wanted(difference.removed).map((name) => removal(before.get(name)!)),
    ...wanted(difference.changed).map((name) =>
      change(before.get(name)!, after.get(name)!, left.has(name))
    ),
    ...wanted(difference.added).map((name) => addition(after.get(name)!)),
  ];
}

function removal({ config, up }: ActiveGroup): PlannedGroup {
  const processes = config.processes.map(({ name }) => removedProcess(name, up));
  return { step: { group: config.name, action: "remove", changes: [], processes }, config: null };
}

function addition(config: GroupConfig): PlannedGroup {
  const processes = config.processes.map(addedProcess);
  return { step: { group: config.name, action: "add", changes: [], processes }, config };
}

/** @param isLeft A program of it becomes another group's. */
function change(active: ActiveGroup, read: GroupConfig, isLeft: boolean): PlannedGroup {
  const old = active.config;
  const isReplaced = isLeft || isOther(old, read);
  const step: GroupStep = {
    group: read.name,
    action: isReplaced ? "replace" : "change",
    changes: groupChanges(old, read),
    processes: processSteps(active, read, isReplaced),
  };
  return { step, config: isReplaced ? read : withActiveSockets(old, read) };
}

/**
 * Whether a group is to come anew, as with Supervisor. Its own priority is part of that: the lines
 * that scripts know say so.
 */
function isOther(old: GroupConfig, read: GroupConfig): boolean {
  if (old.priority !== read.priority || !sameKind(old, read)) return true;
  // A pool knows its listeners from the beginning; names that are there twice tell nobody apart.
  if (read.kind === "eventlistener" && !sameNames(old, read)) return true;
  return nothingStays(old, read) || [old, read].some(hasTwins);
}

function sameNames(old: GroupConfig, read: GroupConfig): boolean {
  return namesOf(old).join() === namesOf(read).join();
}

function hasTwins(group: GroupConfig): boolean {
  return byName(group).size < group.processes.length;
}

/** Every process would be another one: then the group is, as with Supervisor. */
function nothingStays(old: GroupConfig, read: GroupConfig): boolean {
  const before = byName(old);
  return !read.processes.some((process) => {
    const known = before.get(process.name);
    return known && !needsRestart(known, process);
  });
}

/** Groups that a program leaves for another: scripts wait for Supervisor's lines about them. */
function leftGroups(
  active: readonly GroupConfig[],
  read: readonly GroupConfig[],
): ReadonlySet<string> {
  const key = ({ name, command }: ProcessConfig) => JSON.stringify([name, command]);
  const missingFrom = (groups: readonly GroupConfig[], others: readonly GroupConfig[]) => {
    const names = new Map(others.map((other) => [other.name, new Set(namesOf(other))]));
    return groups.flatMap((group) =>
      group.processes.filter(({ name }) => !names.get(group.name)?.has(name))
        .map((process) => ({ group: group.name, key: key(process) }))
    );
  };
  const joining = new Set(missingFrom(read, active).map(({ key }) => key));
  return new Set(
    missingFrom(active, read).filter(({ key }) => joining.has(key)).map(({ group }) => group),
  );
}

/**
 * Processes that go on hold a FastCGI socket open; others of the group have to join them there. It is
 * the same one where its address is.
 */
function withActiveSockets(old: GroupConfig, read: GroupConfig): GroupConfig {
  const sockets = new Map(
    old.processes.flatMap(({ socket }) => socket ? [[socket.url, socket]] : []),
  );
  if (sockets.size === 0) return read;
  const processes = read.processes.map((process) => ({
    ...process,
    socket: process.socket && (sockets.get(process.socket.url) ?? process.socket),
  }));
  return { ...read, processes };
}
