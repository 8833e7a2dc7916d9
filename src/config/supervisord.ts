/** `[supervisord]`: the daemon itself. */
import type { SupervisordConfig } from "../model/config.ts";
import { user } from "./accounts.ts";
import { boolean, byteSize, exitOn, integer, logLevel, octal } from "./datatypes.ts";
import { readEnvironment } from "./environment.ts";
import { expand } from "./expand.ts";
import { existingFolder, pathInFolder } from "./files.ts";
import type { ConfigHost } from "./host.ts";
import type { IniSection } from "./ini.ts";
import { type Load, scopeWithHere } from "./load.ts";
import { absolute, expandHome } from "./paths.ts";
import { BadValue, ConfigError, NOWHERE } from "./problems.ts";
import { attempt, read, readText, type Scope, valueOf } from "./section.ts";

type Options = Omit<SupervisordConfig, "user" | "environment">;

/** Reads all options. Who `user` is, is asked later: see {@link readDaemonUser}. */
export function readSupervisord(load: Load, section: IniSection): Omit<SupervisordConfig, "user"> {
  const scope = scopeWithHere(load, section);
  const types = supervisordTypes(load.host);
  const option = <K extends keyof Options>(name: K, fallback: Options[K]): Options[K] =>
    read<Options[K]>(scope, name, types[name], fallback);
  readText(scope, "user");
  return {
    minfds: option("minfds", 1024),
    minprocs: option("minprocs", 200),
    directory: option("directory", null),
    umask: option("umask", 0o022),
    logfile: option("logfile", "supervisord.log"),
    logfile_maxbytes: option("logfile_maxbytes", 50 * 1024 * 1024),
    logfile_backups: option("logfile_backups", 10),
    loglevel: option("loglevel", "info"),
    pidfile: option("pidfile", "supervisord.pid"),
    identifier: option("identifier", "supervisor"),
    nodaemon: option("nodaemon", false),
    silent: option("silent", false),
    childlogdir: option("childlogdir", load.host.tempDirectory),
    nocleanup: option("nocleanup", false),
    strip_ansi: option("strip_ansi", false),
    exit_on: option("exit_on", null),
    environment: globalEnvironment(scope, load.host),
  };
}

/** @see spec/config.md §3: the one option of this section that knows the host's name */
function globalEnvironment(scope: Scope, host: ConfigHost): ReadonlyMap<string, string> {
  const value = valueOf(scope, "environment");
  if (!value) return new Map();
  const names = scope.names.with(new Map([["host_node_name", host.hostname]]));
  const work = () => readEnvironment(expand(value.text, names, "environment"));
  return attempt<ReadonlyMap<string, string>>(scope, "environment", work, new Map());
}

/** The user to become, if any. Supervisor asks for it last, after every other section is read. */
export function readDaemonUser(load: Load, section: IniSection): SupervisordConfig["user"] {
  const scope = scopeWithHere(load, section);
  return read<SupervisordConfig["user"]>(scope, "user", (text) => user(text, load.host), null);
}

/** The daemon's own files, absolute. `syslog` as the log is not a file. */
export function withAbsoluteFiles(config: SupervisordConfig, host: ConfigHost): SupervisordConfig {
  const resolve = (path: string) => absolute(expandHome(path, host), host.cwd);
  const logfile = config.logfile === "syslog" ? config.logfile : resolve(config.logfile);
  return { ...config, logfile, pidfile: resolve(config.pidfile) };
}

type Converters = { readonly [K in keyof Options]: (text: string) => Options[K] };

function supervisordTypes(host: ConfigHost): Converters {
  return {
    minfds: integer,
    minprocs: integer,
    directory: (text) => existingFolder(text, host),
    umask: octal,
    logfile: (text) => pathInFolder(text, host),
    logfile_maxbytes: byteSize,
    logfile_backups: integer,
    loglevel: logLevel,
    pidfile: (text) => pathInFolder(text, host),
    identifier: (text) => text,
    nodaemon: boolean,
    silent: boolean,
    childlogdir: (text) => existingFolder(text, host),
    nocleanup: boolean,
    strip_ansi: boolean,
    exit_on: exitOn,
  };
}

/** Options that the command line may override. */
export type OverrideOption = keyof Options | "user";

/**
 * Reads a value that the command line gives for an option of `[supervisord]`.
 *
 * @throws {ConfigError} `BAD_VALUE`, in the words that the file's value would get.
 * @see spec/processes.md §1
 */
export function readOverride<K extends OverrideOption>(
  option: K,
  text: string,
  host: ConfigHost,
): SupervisordConfig[K] {
  const types: { readonly [O in OverrideOption]: (text: string) => SupervisordConfig[O] } = {
    ...supervisordTypes(host),
    user: (name) => user(name, host),
  };
  try {
    return types[option](text);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const place = { ...NOWHERE, option };
    throw new ConfigError(error.code, error.message, place, error.detail);
  }
}
