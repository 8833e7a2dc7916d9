/**
 * What one item of `depends_on` names.
 *
 *     item      = target [ ":" condition ]
 *     target    = name | group ":" process | group ":" "*"
 *     condition = "started" | "ready" | "healthy" | "completed"
 *
 * A name is that of a program, for all of its processes, or that of a group. The words for conditions
 * are reserved: `a:ready` is the condition ready of a, and the process `ready` of a group `a` is
 * `a:ready:started`. Where both could be meant, that is an error.
 */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import {
  type Condition,
  CONDITIONS,
  type Dependency,
  type Processes,
} from "../model/dependency.ts";
import { BadValue, type ConfigErrorCode, show } from "./problems.ts";
import { nearest } from "./suggest.ts";

/** A process and the group that it is in. */
export interface Member {
  readonly group: string;
  readonly process: ProcessConfig;
}

/** Everything that can be named. */
export interface Catalog {
  readonly groups: ReadonlyMap<string, GroupConfig>;
  /** Processes by the name of their program: those of all groups that it is in. */
  readonly programs: ReadonlyMap<string, readonly Member[]>;
}

/** @throws {BadValue} */
export function readDependency(item: string, catalog: Catalog): readonly Dependency[] {
  const parts = item.split(":");
  if (parts.length > 3 || parts.some((part) => part === "" || /\s/.test(part))) {
    const form = "name, name:condition, group:process or group:process:condition";
    throw refusal(item, "BAD_VALUE", `expected ${form}, with commas between, got ${show(item)}`);
  }
  const last = CONDITIONS.find((known) => known === parts.at(-1));
  if (parts.length === 3 && !last) throw unknownCondition(item, parts[2]!);
  if (parts.length === 1 || !last) return findProcesses(item, parts, catalog).map(started);
  if (parts.length === 2) refuseAmbiguous(item, parts[0]!, last, catalog);
  return findProcesses(item, parts.slice(0, -1), catalog)
    .map((processes) => ({ ...processes, condition: last }));
}

function started(processes: Processes): Dependency {
  return { ...processes, condition: "started" };
}

function unknownCondition(item: string, word: string): BadValue {
  const detail = `expected one of ${CONDITIONS.join(", ")} at its end, got ${show(word)}`;
  return refusal(item, "BAD_VALUE", detail + didYouMean(word, CONDITIONS));
}

function refuseAmbiguous(item: string, name: string, word: Condition, catalog: Catalog): void {
  const group = catalog.groups.get(name);
  if (!group?.processes.some((process) => process.name === word)) return;
  const detail = `the group ${name} has a process that is called ${word}, which is a condition, ` +
    `too: write ${name}:${word}:started for that process, or ${name}:*:${word} for the group`;
  throw refusal(item, "CONFLICT", detail);
}

/** @param parts A name; or a group, and a process or `*`. @throws {BadValue} */
export function findProcesses(
  item: string,
  parts: readonly string[],
  catalog: Catalog,
): readonly Processes[] {
  const [name = "", process] = parts;
  return process === undefined
    ? findNamed(item, name, catalog)
    : [findInGroup(item, name, process, catalog)];
}

function findNamed(item: string, name: string, catalog: Catalog): readonly Processes[] {
  const group = catalog.groups.get(name);
  const program = catalog.programs.get(name) ?? [];
  if (!group && program.length === 0) {
    const names = [...catalog.programs.keys(), ...catalog.groups.keys()];
    const detail = `there is no program ${show(name)}${didYouMean(name, [...new Set(names)])}`;
    throw refusal(item, "UNKNOWN_PROGRAM", detail);
  }
  if (!group) return program.map(({ group, process }) => ({ group, process: process.name }));
  const isSame = program.every((member) => member.group === name) &&
    [0, group.processes.length].includes(program.length);
  if (isSame) return [{ group: name, process: null }];
  const place = program[0]!;
  const detail = `there is a group ${name} and a program ${name}: write ${name}:* for the group, ` +
    `or ${place.group}:${place.process.name} for the program`;
  throw refusal(item, "CONFLICT", detail);
}

function findInGroup(item: string, name: string, process: string, catalog: Catalog): Processes {
  const group = catalog.groups.get(name);
  if (!group) {
    const kind = catalog.programs.has(name) && CONDITIONS.some((word) => nearest(process, [word]));
    if (kind) throw unknownCondition(item, process);
    const detail = `there is no group ${show(name)}${didYouMean(name, [...catalog.groups.keys()])}`;
    throw refusal(item, "UNKNOWN_PROGRAM", detail);
  }
  if (process === "*") return { group: name, process: null };
  const names = group.processes.map((each) => each.name);
  if (names.includes(process)) return { group: name, process };
  const detail = `the group ${name} has no process ${show(process)}, nor is that a condition`;
  throw refusal(item, "UNKNOWN_PROGRAM", detail + didYouMean(process, [...names, ...CONDITIONS]));
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

function refusal(item: string, code: ConfigErrorCode, detail: string): BadValue {
  return new BadValue(`cannot depend on ${show(item)}: ${detail}`, detail, code);
}
