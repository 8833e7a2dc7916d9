/** `depends_on`: read when all programs are known, because it names them. An option of ours. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import type { Dependency, Processes } from "../model/dependency.ts";
import { namespec } from "../model/namespec.ts";
import { findCycles } from "./dependency_graph.ts";
import { type Catalog, type Member, readDependency } from "./dependency_names.ts";
import { readStartupWaits } from "./dependent_startup.ts";
import { distinctGroups } from "./groups.ts";
import { listRows, readItems } from "./list_rows.ts";
import type { IniSection } from "./ini.ts";
import type { Load } from "./load.ts";
import { complain, placeOf, readText, type Scope } from "./section.ts";

const OPTION = "depends_on";

/** The same groups, their processes with what they wait for. */
export function withDependencies(load: Load, groups: readonly GroupConfig[]): GroupConfig[] {
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
function checkGraph(load: Load, catalog: Catalog): void {
  const members = [...catalog.programs.values()].flat();
  const edges = new Map<string, string[]>();
  const scopes = new Map<string, Scope>();
  const warned = new Set<IniSection>();
  for (const { group, process } of members) {
    const waits = waitsOf(process);
    if (waits.length === 0) continue;
    const scope = load.scopes.get(process)!;
    for (const dependency of process.depends_on ?? []) checkCompletes(scope, dependency, catalog);
    if (!warned.has(scope.section)) warnOfIdle(scope, process, waits, catalog);
    warned.add(scope.section); // what is true of one of its processes is of all
    const node = nodeOf({ group, process: process.name });
    scopes.set(node, scope);
    edges.set(node, waits.map(nodeOf));
    for (const { group, process } of waits) if (process === null) addMembers(group);
  }
  function addMembers(group: string): void {
    const node = nodeOf({ group, process: null });
    if (edges.has(node)) return;
    const { processes } = catalog.groups.get(group)!;
    edges.set(node, processes.map(({ name }) => nodeOf({ group, process: name })));
  }
  for (const cycle of findCycles(edges)) complainOfCycle(cycle, scopes);
}

function waitsOf(process: ProcessConfig): readonly Processes[] {
  return [...process.depends_on ?? [], ...process.dependent_startup_wait_for ?? []];
}

/** A group's own node leads to its members; it cannot be mistaken for a process. */
function nodeOf({ group, process }: Processes): string {
  return process === null ? `${group}:` : `${group}:${process}`;
}

function complainOfCycle(cycle: readonly string[], scopes: ReadonlyMap<string, Scope>): void {
  const nodes = cycle.filter((node) => !node.endsWith(":"));
  const names = nodes.map((node) => namespec(...node.split(":") as [string, string]));
  const scope = scopes.get(nodes[0]!)!;
  const told = [...names, names[0]!].join(" -> ");
  const detail = names.length === 1
    ? `${names[0]} would wait for itself: ${told}`
    : `these would wait for each other: ${told}`;
  complain(scope, optionOf(scope), { code: "CONFLICT", message: detail, detail });
}

function optionOf(scope: Scope): string {
  return readText(scope, OPTION) ? OPTION : "dependent_startup_wait_for";
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

/** It starts with the daemon, and waits until somebody starts something else by hand. */
function warnOfIdle(
  scope: Scope,
  process: ProcessConfig,
  waits: readonly Processes[],
  catalog: Catalog,
): void {
  if (!startsItself(process)) return;
  for (const wait of waits) {
    const idle = processesOf(wait, catalog).find((each) => !startsItself(each));
    if (!idle) continue;
    const name = namespec(wait.group, idle.name);
    const detail = `${process.name} starts with the daemon, but ${name}, which it waits for, ` +
      "does not: it has autostart=false";
    return scope.report.warn(placeOf(scope, optionOf(scope)), detail);
  }
}

function startsItself({ autostart, dependent_startup_wait_for }: ProcessConfig): boolean {
  return autostart || dependent_startup_wait_for !== null;
}

function processesOf({ group, process }: Processes, catalog: Catalog): readonly ProcessConfig[] {
  const { processes } = catalog.groups.get(group)!;
  return process === null ? processes : processes.filter(({ name }) => name === process);
}
