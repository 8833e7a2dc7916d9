/** The groups that sections form, and their order. */
import type {
  FcgiGroupConfig,
  FcgiSocketConfig,
  GroupConfig,
  PlainGroupConfig,
} from "../model/config.ts";
import { integer, nameOf } from "./datatypes.ts";
import { readEventListener } from "./event_listener.ts";
import { readSocket } from "./fcgi_program.ts";
import type { IniSection } from "./ini.ts";
import { listRows } from "./list_rows.ts";
import { type Load, scopeWithHere, sectionsStarting } from "./load.ts";
import { show } from "./problems.ts";
import { readProcesses } from "./program.ts";
import { attempt, complain, read, readText, type Scope } from "./section.ts";
import { nearest } from "./suggest.ts";
import { compareText } from "./text.ts";

/**
 * All groups by priority and name. Of those with one name the first counts, see
 * {@link distinctGroups}.
 *
 * @param environment `[supervisord] environment`.
 * @see spec/config.md §8
 */
export function readGroups(load: Load, environment: ReadonlyMap<string, string>): GroupConfig[] {
  const members = new Set<string>();
  const sockets = new Map<string, FcgiSocketConfig>();
  const programs = programNames(load);
  const mixed = sectionsStarting(load, "group:")
    .map((section) => readMixed(load, section, environment, { programs, members, sockets }));
  const lone = (section: IniSection) => !members.has(section.name);
  const groups: GroupConfig[] = [
    ...mixed,
    ...sectionsStarting(load, "program:").filter(lone)
      .map((section) => readProgram(load, section, environment)),
    ...sectionsStarting(load, "eventlistener:")
      .map((section) => readEventListener(load, section, environment)),
    ...sectionsStarting(load, "fcgi-program:").filter(lone)
      .map((section) => readFcgi(load, section, environment)),
  ];
  return groups.sort((a, b) => a.priority - b.priority || compareText(a.name, b.name));
}

/** Groups without those whose name an earlier one already has. @see spec/config.md §8 */
export function distinctGroups(groups: readonly GroupConfig[]): GroupConfig[] {
  const names = new Set<string>();
  return groups.filter(({ name }) => !names.has(name) && names.add(name));
}

function readProgram(
  load: Load,
  section: IniSection,
  environment: ReadonlyMap<string, string>,
): PlainGroupConfig {
  const { name, priority } = readHead(load, section);
  const processes = readProcesses(load, section, { groupName: name, environment, socket: null });
  return { kind: "program", name, priority, processes };
}

function readFcgi(
  load: Load,
  section: IniSection,
  environment: ReadonlyMap<string, string>,
): FcgiGroupConfig {
  const { name, priority } = readHead(load, section);
  const socket = readSocket(load, section, name);
  const processes = readProcesses(load, section, { groupName: name, environment, socket });
  return { kind: "fcgi", name, priority, socket, processes };
}

function readHead(load: Load, section: IniSection): { name: string; priority: number } {
  const scope = scopeWithHere(load, section);
  const written = section.name.slice(section.name.indexOf(":") + 1);
  const name = attempt(scope, null, () => nameOf(written), written);
  return { name, priority: read(scope, "priority", integer, 999) };
}

interface Listing {
  /** Names of all programs that there are. */
  readonly programs: readonly string[];
  /** Collects the sections that belong to a group and so form none of their own. */
  readonly members: Set<string>;
  /** By section: a FastCGI program in two groups has one socket. */
  readonly sockets: Map<string, FcgiSocketConfig>;
}

function readMixed(
  load: Load,
  section: IniSection,
  environment: ReadonlyMap<string, string>,
  { programs, members, sockets }: Listing,
): PlainGroupConfig {
  const scope = scopeWithHere(load, section);
  const { name, priority } = readHead(load, section);
  const processes = listRows(readText(scope, "programs") ?? "").flatMap(({ item, row }) => {
    const member = findMember(load, scope, { program: item, row, programs });
    if (!member) return [];
    members.add(member.name);
    const isFcgi = member.name.startsWith("fcgi-program:");
    const socket = isFcgi ? sockets.get(member.name) ?? readSocket(load, member, item) : null;
    if (socket) sockets.set(member.name, socket);
    return readProcesses(load, member, { groupName: name, environment, socket });
  });
  return { kind: "group", name, priority, processes };
}

interface Mention {
  readonly program: string;
  readonly row: number;
  /** Names of all programs that there are. */
  readonly programs: readonly string[];
}

/** The section of a member; reports a name that stands for none, or for two. */
function findMember(
  load: Load,
  scope: Scope,
  { program, row, programs }: Mention,
): IniSection | undefined {
  const { sections } = load.document;
  const plain = sections.get(`program:${program}`);
  const fcgi = sections.get(`fcgi-program:${program}`);
  const name = `[${scope.section.name}]`;
  if (plain && fcgi) {
    complain(scope, "programs", {
      code: "CONFLICT",
      message: `${name} name ${program} is ambiguous (exists as program and fcgi-program)`,
      detail: `${show(program)} is both [program:${program}] and [fcgi-program:${program}]`,
      row,
    });
  } else if (!plain && !fcgi) {
    const near = nearest(program, programs);
    complain(scope, "programs", {
      code: "UNKNOWN_PROGRAM",
      message: `${name} names unknown program or fcgi-program ${program}`,
      detail: `there is no [program:${program}]` +
        (near === undefined ? "" : `; did you mean ${near}?`),
      row,
    });
  }
  return plain ?? fcgi;
}

function programNames(load: Load): string[] {
  return ["program:", "fcgi-program:"].flatMap((prefix) =>
    sectionsStarting(load, prefix).map(({ name }) => name.slice(prefix.length))
  );
}
