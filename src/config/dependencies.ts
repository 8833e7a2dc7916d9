/** `depends_on`: read when all programs are known, because it names them. An option of ours. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { Dependency, Processes } from "../model/dependency.ts";
import { namespec } from "../model/namespec.ts";
import { findCycles } from "./dependency_graph.ts";
import { type Catalog, type Member, readDependency } from "./dependency_names.ts";
import { readStartupWaits, STARTUP, WAIT_FOR } from "./dependent_startup.ts";
import { distinctGroups } from "./groups.ts";
import { listRows, readItems } from "./list_rows.ts";
import type { IniSection } from "./ini.ts";
import type { Load } from "./load.ts";
import { complain, placeOf, readText, type Scope, valueOf } from "./section.ts";

const OPTION = "depends_on";

/** The same groups, their processes with what they wait for. */
export function withDependencies(
  load: Load,
  groups: readonly GroupConfig[],
): readonly GroupConfig[] {
  if (![...load.scopes.values()].some(saysWhatItNeeds)) return groups;
  const catalog = catalogOf(load, groups);
  const linked = groups.map((group) => {
    const processes = group.processes.map((process) => readWaits(load, process, catalog));
    return processes.every((process, i) => process === group.processes[i])
      ? group
      : { ...group, processes };
  });
  checkGraph(load, catalogOf(load, linked));
  return linked;
}

function saysWhatItNeeds(scope: Scope): boolean {
  return [OPTION, STARTUP, WAIT_FOR].some((option) => valueOf(scope, option) !== undefined);
}

function catalogOf({ scopes }: Load, groups: readonly GroupConfig[]): Catalog {
  const programs = new Map<string, Member[]>();
  const distinct = distinctGroups(groups);
  for (const { name: group, processes } of distinct) {
    for (const process of processes) {
      const { name } = scopes.get(process)!.section;
      const program = name.slice(name.indexOf(":") + 1);
      const members = programs.get(program);
      if (members) members.push({ group, process });
      else programs.set(program, [{ group, process }]);
    }
  }
  return { groups: new Map(distinct.map((group) => [group.name, group])), programs };
}

function readWaits(load: Load, process: ProcessConfig, catalog: Catalog): ProcessConfig {
  const scope = load.scopes.get(process)!;
  const depends_on = readDependencies(scope, catalog);
  const dependent_startup_wait_for = readStartupWaits(scope, catalog);
  if (depends_on === null && dependent_startup_wait_for === null) return process;
  const linked = { ...process, depends_on, dependent_startup_wait_for };
  load.scopes.set(linked, scope);
  return linked;
}

function readDependencies(scope: Scope, catalog: Catalog): readonly Dependency[] | null {
  const items = listRows(readText(scope, OPTION) ?? "");
  if (items.length === 0) return null;
  return readItems(scope, OPTION, items, (item) => readDependency(item, catalog));
}

/** What is wrong with what depends on what, and not with one name alone. */
function checkGraph({ scopes, report }: Load, catalog: Catalog): void {
  const members = [...catalog.programs.values()].flat().filter((each) => waitsOf(each).length > 0);
  const warned = new Set<IniSection>();
  for (const member of members) {
    const scope = scopes.get(member.process)!;
    for (const each of member.process.depends_on ?? []) {
      checkCompletes(scope, each, catalog);
      checkHealthy(scope, each, catalog);
    }
    if (!warned.has(scope.section)) warnOfIdle(scope, member, catalog);
    warned.add(scope.section); // what is true of one of its processes is of all
  }
  for (const [member, detail] of cyclesOf(members, dependenciesOf, catalog)) {
    complain(scopes.get(member.process)!, OPTION, { code: "CONFLICT", message: detail, detail });
  }
  for (const [member, detail] of cyclesOf(members, startupOf, catalog)) {
    report.warn(placeOf(scopes.get(member.process)!, WAIT_FOR), detail);
  }
}

/** What a member waits for, of one kind or another. */
type Waits = (member: Member) => readonly Processes[];

const dependenciesOf: Waits = ({ process }) => process.depends_on ?? [];
const startupOf: Waits = ({ process }) => process.dependent_startup_wait_for ?? [];
const waitsOf: Waits = (member) => [...dependenciesOf(member), ...startupOf(member)];

/** For each cycle one of those who are in it, and what to say. */
function cyclesOf(members: readonly Member[], waits: Waits, catalog: Catalog): [Member, string][] {
  const edges = new Map<string, string[]>();
  const nodes = new Map<string, Member>();
  for (const member of members) {
    const node = nodeOf({ group: member.group, process: member.process.name });
    nodes.set(node, member);
    edges.set(node, waits(member).map(nodeOf));
    for (const { group, process } of waits(member)) {
      if (process !== null || edges.has(nodeOf({ group, process }))) continue;
      const { processes } = catalog.groups.get(group)!;
      const inside = processes.map(({ name }) => nodeOf({ group, process: name }));
      edges.set(nodeOf({ group, process }), inside);
    }
  }
  return findCycles(edges).map((cycle) => {
    const inside = cycle.filter((node) => nodes.has(node));
    return [nodes.get(inside[0]!)!, tellCycle(inside.map((node) => nameOf(nodes.get(node)!)))];
  });
}

/** A group's own node leads to its members; it cannot be mistaken for a process. */
function nodeOf({ group, process }: Processes): string {
  return `${group}:${process ?? ""}`;
}

function nameOf({ group, process }: Member): string {
  return namespec(group, process.name);
}

function tellCycle(names: readonly string[]): string {
  const told = [...names, names[0]].join(" -> ");
  return names.length === 1
    ? `${names[0]} would wait for itself: ${told}`
    : `these would wait for each other: ${told}`;
}

function checkCompletes(scope: Scope, dependency: Dependency, catalog: Catalog): void {
  if (dependency.condition !== "completed") return;
  const endless = processesOf(dependency, catalog).find((each) => each.autorestart === true);
  if (!endless) return;
  const name = namespec(dependency.group, endless.name);
  complain(scope, OPTION, {
    code: "CONFLICT",
    message: `${name} never completes: it has autorestart=true`,
    detail: `${name} never completes: it has autorestart=true; ` +
      "expected unexpected or false for what is to end",
  });
}

function checkHealthy(scope: Scope, dependency: Dependency, catalog: Catalog): void {
  if (dependency.condition !== "healthy") return;
  const unchecked = processesOf(dependency, catalog).find((each) =>
    each.healthcheck_command === null && each.healthcheck_http === null &&
    each.healthcheck_tcp === null
  );
  if (!unchecked) return;
  const message = `${
    namespec(dependency.group, unchecked.name)
  } is never healthy: nothing checks it`;
  complain(scope, OPTION, {
    code: "CONFLICT",
    message,
    detail: `${message}; expected a healthcheck_command, _http or _tcp where it is described`,
  });
}

/** It starts with the daemon, and waits until somebody starts something else by hand. */
function warnOfIdle(scope: Scope, member: Member, catalog: Catalog): void {
  if (!startsItself(member.process)) return;
  for (const wait of waitsOf(member)) {
    const idle = processesOf(wait, catalog).find((each) => !startsItself(each));
    if (!idle) continue;
    const detail = `${nameOf(member)} starts with the daemon, but ` +
      `${namespec(wait.group, idle.name)}, which it waits for, does not: it has autostart=false`;
    const option = dependenciesOf(member).includes(wait as Dependency) ? OPTION : WAIT_FOR;
    return scope.report.warn(placeOf(scope, option), detail);
  }
}

function startsItself({ autostart, dependent_startup_wait_for }: ProcessConfig): boolean {
  return autostart || dependent_startup_wait_for !== null;
}

function processesOf({ group, process }: Processes, catalog: Catalog): readonly ProcessConfig[] {
  const { processes } = catalog.groups.get(group)!;
  return process === null ? processes : processes.filter(({ name }) => name === process);
}
