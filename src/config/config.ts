/** A `supervisord.conf` and what it includes, read into plain data. */
import type { Config, GroupConfig, SupervisordConfig } from "../model/config.ts";
import { readCtlOptions } from "./ctl.ts";
import { withDependencies } from "./dependencies.ts";
import { distinctGroups, readGroups } from "./groups.ts";
import type { ConfigHost } from "./host.ts";
import { readServers, serverUrl } from "./http_servers.ts";
import type { IniSection } from "./ini.ts";
import type { Load } from "./load.ts";
import { environmentNames, Names } from "./names.ts";
import { absolute } from "./paths.ts";
import { ConfigError, NOWHERE, Report, type Warning } from "./problems.ts";
import { applyProgramDefaults } from "./program_defaults.ts";
import { readRpcInterfaces } from "./rpc_interfaces.ts";
import { readSource } from "./source.ts";
import { readDaemonUser, readSupervisord, withAbsoluteFiles } from "./supervisord.ts";
import { warnOfUngivenLogs } from "./ungiven_logs.ts";
import { warnOfUnknownNames } from "./unknown_names.ts";
import { warnOfUnlistedUsers } from "./unlisted_users.ts";
import { warnOfVariableFiles } from "./variable_warnings.ts";

/** Which configuration to read, and for whom. */
export interface ConfigRequest {
  /** The main file; messages show it as it is given here. */
  readonly path: string;
  readonly host: ConfigHost;
  /** What the command line says; it stands over the file. */
  readonly overrides?: Partial<SupervisordConfig>;
}

export interface CheckedConfig {
  /** null where there are errors. */
  readonly config: Config | null;
  readonly errors: readonly ConfigError[];
  readonly warnings: readonly Warning[];
}

/**
 * Reads a configuration.
 *
 * @throws {ConfigError} the first mistake in it.
 * @example loadConfig({ path: "/etc/supervisord.conf", host }).groups
 */
export function loadConfig(request: ConfigRequest): Config {
  const report = new Report();
  const config = readConfig(request, report);
  const [error] = report.errors;
  if (error || !config) throw error;
  return config;
}

/** Reads a configuration to the end and tells everything that is wrong or doubtful in it. */
export function checkConfig(request: ConfigRequest): CheckedConfig {
  const report = new Report();
  const config = readConfig(request, report);
  const { errors, warnings } = report;
  return { config: errors.length > 0 ? null : config ?? null, errors, warnings };
}

/** @returns undefined without a file; makeshift values where errors are reported. */
function readConfig(request: ConfigRequest, report: Report): Config | undefined {
  const { path, host, overrides = {} } = request;
  const source = readSource(path, host, report);
  if (!source) return undefined;
  applyProgramDefaults(source.document, report);
  const names = new Names(environmentNames(host.env));
  const load: Load = { ...source, host, names, report, scopes: new Map() };
  const section = supervisordSection(load, path);
  const supervisord = { ...readSupervisord(load, section), ...overrides };
  const { environment } = supervisord;
  const rest = { ...load, names: names.with(environmentNames(environment)) };
  const rpcinterfaces = readRpcInterfaces(rest);
  const groups = withDependencies(rest, readGroups(rest, environment));
  const servers = readServers(rest);
  const user = overrides.user === undefined ? readDaemonUser(load, section) : overrides.user;
  warnOfUnknownNames(source.document, report);
  warnOfClient(load, path);
  warnOfLostGroups(load, groups);
  warnOfUnlistedUsers(load, user, groups);
  warnOfVariableFiles(load, groups);
  warnOfUngivenLogs(load, user, groups);
  load.scopes.clear(); // so that nothing that is left over keeps all of it in memory
  return {
    path: absolute(path, host.cwd),
    supervisord: withAbsoluteFiles({ ...supervisord, user }, host),
    servers,
    serverurl: serverUrl(servers),
    rpcinterfaces,
    groups,
    messages: source.messages,
  };
}

/** `[supervisord]`; reports its absence and goes on with an empty one. @see spec/config.md §7 */
function supervisordSection({ document, report }: Load, path: string): IniSection {
  const section = document.sections.get("supervisord");
  if (section) return section;
  const message = ".ini file does not include supervisord section";
  const place = { ...NOWHERE, file: path };
  const detail = "expected a [supervisord] section; it may be empty";
  report.error(new ConfigError("MISSING_SECTION", message, place, detail));
  return { name: "supervisord", file: path, line: 1, options: new Map() };
}

/** The daemon does not read `[supervisorctl]`, but whoever checks a file wants to know. */
function warnOfClient(load: Load, path: string): void {
  const client = new Report();
  readCtlOptions({ ...load, report: client });
  for (const { place, detail } of client.errors.filter(({ place }) => place.file === path)) {
    load.report.warn(place, `the client refuses this: ${detail}`);
  }
}

const PREFIXES = {
  program: "program",
  group: "group",
  eventlistener: "eventlistener",
  fcgi: "fcgi-program",
} as const;

function warnOfLostGroups({ document, report }: Load, groups: readonly GroupConfig[]): void {
  const kept = new Set(distinctGroups(groups));
  for (const group of groups.filter((group) => !kept.has(group))) {
    const name = `${PREFIXES[group.kind]}:${group.name}`;
    const { file = null, line = null } = document.sections.get(name) ?? {};
    const detail = `another group is called ${group.name}, so this one is not used`;
    report.warn({ file, line, section: name, option: null }, detail);
  }
}
