/** The command line of `daemon`. @see spec/processes.md §1 */
import type { ConfigHost } from "../config/host.ts";
import { readOverride } from "../config/supervisord.ts";
import type { SupervisordConfig } from "../model/config.ts";
import { describeOptions, getopt, type OptionSpec, UsageError } from "./getopt.ts";

export const DAEMON_OPTIONS: readonly OptionSpec[] = [
  { name: "configuration", short: "c", takes: "FILE", help: "the configuration to read" },
  { name: "nodaemon", short: "n", help: "stay in the foreground" },
  { name: "silent", short: "s", help: "do not repeat the log on stdout in the foreground" },
  { name: "help", short: "h?", help: "show this text" },
  { name: "version", short: "v", help: "show the version of Supervisor this is compatible with" },
  { name: "user", short: "u", takes: "USER", help: "become this user (a name or an id)" },
  { name: "umask", short: "m", takes: "OCTAL", help: "umask of the background daemon" },
  { name: "directory", short: "d", takes: "DIR", help: "folder to go to in the background" },
  { name: "logfile", short: "l", takes: "FILE", help: "the activity log" },
  { name: "logfile_maxbytes", short: "y", takes: "BYTES", help: "size at which it is rotated" },
  { name: "logfile_backups", short: "z", takes: "N", help: "how many old ones are kept" },
  {
    name: "loglevel",
    short: "e",
    takes: "LEVEL",
    help: "critical, error, warn, info, debug, trace or blather",
  },
  { name: "pidfile", short: "j", takes: "FILE", help: "where the daemon writes its pid" },
  { name: "identifier", short: "i", takes: "NAME", help: "the name of this instance" },
  { name: "childlogdir", short: "q", takes: "DIR", help: "folder of AUTO logs" },
  { name: "nocleanup", short: "k", help: "keep AUTO logs of earlier runs" },
  { name: "minfds", short: "a", takes: "N", help: "file descriptors that must be available" },
  { name: "strip_ansi", short: "t", help: "take terminal escapes out of child logs" },
  { name: "minprocs", takes: "N", help: "processes that must be available" },
  { name: "profile_options", takes: "LIST", help: "accepted for compatibility, without effect" },
  { name: "check", inFull: true, help: "report every mistake in the configuration, run nothing" },
  { name: "dump", inFull: true, help: "with --check: print the effective configuration as JSON" },
  {
    name: "elsewhere",
    inFull: true,
    help: "with --check: do not ask this machine about users, folders or plug-ins",
  },
  {
    name: "hostname",
    inFull: true,
    takes: "NAME",
    help: "with --elsewhere: the other machine's host name",
  },
];

export interface DaemonCommandLine {
  readonly mode: "run" | "check" | "help" | "version";
  /** As given; null: search for it. */
  readonly configuration: string | null;
  readonly overrides: Partial<SupervisordConfig>;
  readonly dump: boolean;
  readonly elsewhere: boolean;
  readonly hostname: string | null;
}

/** Options that stand over the ones of `[supervisord]` with the same name. */
const SWITCHES = ["nodaemon", "silent", "nocleanup", "strip_ansi"] as const;
const VALUES = [
  "user",
  "umask",
  "directory",
  "logfile",
  "logfile_maxbytes",
  "logfile_backups",
  "loglevel",
  "pidfile",
  "identifier",
  "childlogdir",
  "minfds",
  "minprocs",
] as const;

/** @throws {UsageError} */
export function parseDaemonCommandLine(
  words: readonly string[],
  host: ConfigHost,
): DaemonCommandLine {
  const { values, rest } = getopt(words, DAEMON_OPTIONS);
  if (rest.length > 0) {
    const shown = rest.map((word) => `'${word}'`).join(", ");
    throw new UsageError(`positional arguments are not supported: [${shown}]`);
  }
  const mode = values.has("help")
    ? "help"
    : values.has("version")
    ? "version"
    : values.has("check")
    ? "check"
    : "run";
  return {
    mode,
    configuration: values.get("configuration")?.value ?? null,
    overrides: readOverrides(values, host),
    dump: values.has("dump"),
    elsewhere: values.has("elsewhere"),
    hostname: values.get("hostname")?.value ?? null,
  };
}

function readOverrides(
  values: ReturnType<typeof getopt>["values"],
  host: ConfigHost,
): Partial<SupervisordConfig> {
  const overrides: Record<string, unknown> = {};
  for (const name of SWITCHES) if (values.has(name)) overrides[name] = true;
  for (const name of VALUES) {
    const given = values.get(name);
    if (!given) continue;
    try {
      overrides[name] = readOverride(name, given.value, host);
    } catch (error) {
      const why = (error as Error).message;
      throw new UsageError(`invalid value for ${given.flag} '${given.value}': ${why}`);
    }
  }
  return overrides as Partial<SupervisordConfig>;
}

export function daemonHelp(program: string): string {
  return `Usage: ${program} [options]

Keeps the programs of a supervisord.conf running.

${describeOptions(DAEMON_OPTIONS)}
An option given here stands over the one of the same name in the file.
`;
}
