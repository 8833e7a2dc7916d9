/** `visor daemon`. */
import { checkConfig, loadConfig } from "../config/config.ts";
import { describe } from "../config/problems.ts";
import { dumpConfig, dumpFailure } from "../config/dump.ts";
import { elsewhereHost } from "../config/elsewhere.ts";
import type { ConfigHost } from "../config/host.ts";
import { locateConfig, noConfigFound } from "../config/locate.ts";
import { absolute, directoryOf } from "../config/paths.ts";
import { ignorePipeSignal } from "../platform/daemon_signals.ts";
import { secureDescriptors } from "../platform/descriptors.ts";
import { detachedPart, startDaemon, startDetached } from "../platform/detach.ts";
import { ownEnvironment } from "../platform/environment.ts";
import { showOwnName } from "../platform/own_command.ts";
import { applySettings, hasSettings, startThreads } from "../platform/runtime_settings.ts";
import { notifySuccessor } from "../platform/service_manager.ts";
import { claimStandardStreams } from "../platform/streams.ts";
import { adoptOrphans } from "../platform/subreaper.ts";
import { SUPERVISOR_VERSION } from "../model/compatibility.ts";
import { systemConfigHost } from "./config_host.ts";
import { searchedPaths } from "./config_search.ts";
import { type DaemonCommandLine, daemonHelp, parseDaemonCommandLine } from "./daemon_options.ts";
import { print, printError } from "../platform/standard_output.ts";

/** The daemon that was to go into the background has said why it cannot. */
const NOT_STARTED = 2;

const ROOT_SEARCH_WARNING =
  "Supervisord is running as root and it is searching for its configuration file in default " +
  'locations (including its current working directory); you probably want to specify a "-c" ' +
  "argument specifying an absolute path to a configuration file for improved security.";

/**
 * @param program The name it was called by.
 * @returns The exit status.
 * @throws {UsageError | ConfigError | StartError} Exit status 2.
 */
export async function daemonCommand(words: readonly string[], program: string): Promise<number> {
  if (detachedPart() === "between") {
    startDaemon();
    return 0;
  }
  const host = systemConfigHost();
  const commandLine = parseDaemonCommandLine(words, host);
  switch (commandLine.mode) {
    case "help":
      print(daemonHelp(program));
      return 0;
    case "version":
      print(`${SUPERVISOR_VERSION}\n`);
      return 0;
    case "check":
      return check(commandLine, host);
    default:
      return await run(commandLine, host);
  }
}

/** @throws {ConfigError} If none was named and none is found. */
function configurationPath(commandLine: DaemonCommandLine, host: ConfigHost): string {
  if (commandLine.configuration !== null) return commandLine.configuration;
  const paths = searchedPaths(host);
  const found = locateConfig(paths, host.exists);
  if (found === null) throw noConfigFound(paths);
  return found;
}

function check(commandLine: DaemonCommandLine, machine: ConfigHost): number {
  const path = configurationPath(commandLine, machine);
  const { elsewhere, hostname, overrides } = commandLine;
  const folder = directoryOf(absolute(path, machine.cwd));
  const host = elsewhere ? elsewhereHost(machine, folder, hostname ?? undefined) : machine;
  const { config, errors, warnings } = checkConfig({ path, host, overrides });
  for (const problem of [...errors, ...warnings]) {
    printError(`${describe(problem)}\n`);
  }
  if (!config) {
    if (commandLine.dump && errors[0]) print(dumpFailure(errors[0]));
    return 2;
  }
  print(commandLine.dump ? dumpConfig(config) : verdict(path, warnings.length));
  return 0;
}

function verdict(path: string, warnings: number): string {
  if (warnings === 0) return `${path}: no mistakes found\n`;
  return `${path}: can be used, but see the ${warnings === 1 ? "warning" : "warnings"} above\n`;
}

async function run(commandLine: DaemonCommandLine, host: ConfigHost): Promise<number> {
  applySettings(); // before anything is read that can be read only once
  const given = configurationPath(commandLine, host);
  if (commandLine.configuration === null && process.getuid!() === 0 && isStartedByCaller()) {
    printError(`${ROOT_SEARCH_WARNING}\n`);
  }
  const { overrides } = commandLine;
  const config = loadConfig({ path: given, host, overrides });
  const foreground = config.supervisord.nodaemon;
  secureDescriptors(); // also before it goes into the background: nothing of the caller's goes along
  if (!foreground && detachedPart() === "caller") return goIntoBackground();
  startThreads();
  showOwnName();
  if (foreground) claimStandardStreams();
  ignorePipeSignal();
  adoptOrphans();
  ownEnvironment();
  // Loaded by whoever supervises, not by those who check a file or start a daemon elsewhere.
  const { live } = await import("./daemon_lives.ts");
  return await live(config, { path: absolute(given, host.cwd), overrides });
}

/** Not by visor itself, which has told its caller already what there is to tell. */
function isStartedByCaller(): boolean {
  return detachedPart() === "caller" && !hasSettings();
}

/** The caller's side: returns when the background process is up, or has said why it is not. */
function goIntoBackground(): number {
  const pid = startDetached();
  if (pid === null) return NOT_STARTED;
  notifySuccessor(pid);
  return 0;
}
