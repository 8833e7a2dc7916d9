/** `[program:x]`, and what `[fcgi-program:x]` and `[eventlistener:x]` have in common with it. */
import type { Account, FcgiSocketConfig, ProcessConfig } from "../model/config.ts";
import { type OwnProgramOptions, UNSET_OPTIONS } from "../model/own_options.ts";
import { SIGTERM } from "../model/signal.ts";
import { user } from "./accounts.ts";
import { autorestart, boolean, byteSize, exitCodes, integer, nameOf, octal } from "./datatypes.ts";
import { readEnvironment } from "./environment.ts";
import { readEnvironmentOptions } from "./environment_options.ts";
import { expand } from "./expand.ts";
import { firstSignal } from "./hooks.ts";
import { readHealth } from "./health.ts";
import type { IniSection } from "./ini.ts";
import { type Load, scopeWithHere } from "./load.ts";
import { environmentNames } from "./names.ts";
import { hasOwnOptions, readNumberedOptions, readOwnOptions } from "./own_options.ts";
import { show } from "./problems.ts";
import { readLogs } from "./program_logs.ts";
import { refuseWithOneshot } from "./restart_policy.ts";
import { attempt, complain, read, readText, type Scope, valueOf } from "./section.ts";
import { compareText } from "./text.ts";

/** What is read once for a section, whatever `numprocs` says. */
type Shared = Omit<
  ProcessConfig,
  "name" | "command" | "directory" | "environment" | "socket" | LogOption
>;

type LogOption = keyof ReturnType<typeof readLogs>;

/** How many processes a section stands for. */
interface Numbering {
  readonly numprocs: number;
  readonly numprocs_start: number;
}

/** What a section's processes get from elsewhere. */
export interface Membership {
  /** What `%(group_name)s` stands for. */
  readonly groupName: string;
  /** `[supervisord] environment`, under that of the program. */
  readonly environment: ReadonlyMap<string, string>;
  /** Of an `[fcgi-program:x]`, else null. */
  readonly socket: FcgiSocketConfig | null;
}

/**
 * The processes of a program-like section, by priority and name.
 *
 * @see spec/config.md §3 and §7
 */
export function readProcesses(
  load: Load,
  section: IniSection,
  membership: Membership,
): ProcessConfig[] {
  const scope = programScope(load, section, membership.groupName);
  const { numprocs, numprocs_start, ...shared } = readShared(load, scope);
  const process_name = readProcessName(scope);
  const count = canBeNumbered(scope, process_name, numprocs) ? numprocs : 1;
  if (shared.stopasgroup && !shared.killasgroup) complainOfKillasgroup(scope);
  const processes: ProcessConfig[] = [];
  const errors = load.report.errors.length;
  for (let i = 0; i < count; i++) {
    const numbers = new Map([["process_num", numprocs_start + i], ["numprocs", numprocs]]);
    const numbered = { ...scope, names: scope.names.with(numbers) };
    const process = readProcess(load, numbered, { shared, process_name, membership });
    load.scopes.set(process, numbered);
    processes.push(process);
    // The next one would only repeat what is wrong with this one.
    if (load.report.errors.length > errors) break;
  }
  return processes.sort((a, b) => a.priority - b.priority || compareText(a.name, b.name));
}

function programScope(load: Load, section: IniSection, groupName: string): Scope {
  const name = section.name.slice(section.name.indexOf(":") + 1);
  const scope = scopeWithHere(load, section);
  const suffix = ` in section '${section.name}' (file: '${section.file}')`;
  const program_name = attempt({ ...scope, suffix }, null, () => nameOf(name), name);
  const names = new Map([
    ["program_name", program_name],
    ["group_name", groupName],
    ["host_node_name", load.host.hostname],
  ]);
  return { ...scope, names: scope.names.with(names), suffix };
}

function readShared(load: Load, scope: Scope): Shared & Numbering {
  const option = <T>(name: string, convert: (text: string) => T, fallback: NoInfer<T>) =>
    read(scope, name, convert, fallback);
  const priority = option("priority", integer, 999);
  const autostart = option("autostart", boolean, true);
  const restart = option("autorestart", autorestart, "unexpected");
  const startsecs = option("startsecs", integer, 1);
  const startretries = option("startretries", integer, 3);
  const stopsignal = option("stopsignal", firstSignal, SIGTERM);
  const stopwaitsecs = option("stopwaitsecs", integer, 10);
  const own: OwnProgramOptions = hasOwnOptions(scope)
    ? { ...UNSET_OPTIONS, ...readOwnOptions(load, scope) }
    : UNSET_OPTIONS;
  const stopasgroup = option("stopasgroup", boolean, own.stopscope === "tree");
  const isOneshot = own.type === "oneshot";
  if (isOneshot) refuseWithOneshot(scope, { autorestart: restart, startsecs });
  return {
    priority,
    autostart,
    autorestart: restart,
    startsecs: isOneshot ? 0 : startsecs,
    startretries,
    stopsignal,
    stopwaitsecs,
    stopasgroup,
    killasgroup: option("killasgroup", boolean, stopasgroup),
    exitcodes: option("exitcodes", exitCodes, [0]),
    ...own,
    redirect_stderr: option("redirect_stderr", boolean, false),
    numprocs: option("numprocs", integer, 1),
    numprocs_start: option("numprocs_start", integer, 0),
    stdout_capture_maxbytes: option("stdout_capture_maxbytes", byteSize, 0),
    stdout_events_enabled: option("stdout_events_enabled", boolean, false),
    stderr_capture_maxbytes: option("stderr_capture_maxbytes", byteSize, 0),
    stderr_events_enabled: option("stderr_events_enabled", boolean, false),
    serverurl: option<string | null>("serverurl", serverurl, null),
    user: option<Account | null>("user", (text) => user(text, load.host), null),
    umask: option<number | null>("umask", octal, null),
  };
}

/** null: the daemon's own. */
function serverurl(text: string): string | null {
  return text.toLowerCase() === "auto" ? null : text;
}

function complainOfKillasgroup(scope: Scope): void {
  complain(scope, valueOf(scope, "killasgroup") ? "killasgroup" : "stopasgroup", {
    code: "CONFLICT",
    message: "Cannot set stopasgroup=true and killasgroup=false",
    detail: "expected killasgroup to be true as well where stopasgroup is true",
  });
}

/** Still to be expanded: its characters are checked as they are written. */
function readProcessName(scope: Scope): string {
  const written = valueOf(scope, "process_name")?.text ?? "%(program_name)s";
  return attempt(scope, "process_name", () => nameOf(written), written);
}

const PROCESS_NUM = "%(process_num)";

function canBeNumbered(scope: Scope, process_name: string, numprocs: number): boolean {
  if (numprocs <= 1 || process_name.includes(PROCESS_NUM)) return true;
  complain(scope, "process_name", {
    code: "CONFLICT",
    message: `${PROCESS_NUM} must be present within process_name when numprocs > 1`,
    detail: `expected ${PROCESS_NUM} in it, as numprocs is ${numprocs}; got ${show(process_name)}`,
  });
  return false;
}

interface Making {
  readonly shared: Shared;
  readonly process_name: string;
  readonly membership: Membership;
}

/** @param numbered Knows `process_num`. */
function readProcess(load: Load, numbered: Scope, making: Making): ProcessConfig {
  const { shared, process_name, membership: { environment, socket } } = making;
  const own = ownEnvironment(numbered);
  const scope = { ...numbered, names: numbered.names.with(environmentNames(own)) };
  const directory = readText(scope, "directory");
  const logs = readLogs(load, scope, shared.redirect_stderr);
  const command = readCommand(scope);
  const name = attempt(
    scope,
    "process_name",
    () => expand(process_name, scope.names, "process_name"),
    process_name,
  );
  return {
    ...shared,
    ...logs,
    ...readProcessOptions(load, scope, own),
    environment: new Map([...environment, ...own]),
    name,
    command,
    directory,
    socket,
  };
}

/** Those of visor's own that may differ from process to process. */
function readProcessOptions(
  load: Load,
  scope: Scope,
  environment: ReadonlyMap<string, string>,
): Partial<OwnProgramOptions> {
  if (!hasOwnOptions(scope)) return {};
  return {
    ...readHealth(scope, load.host),
    ...readNumberedOptions(scope),
    ...readEnvironmentOptions(load, scope, environment),
  };
}

function readCommand(scope: Scope): string {
  if (!valueOf(scope, "command")) {
    complain(scope, "command", {
      code: "MISSING_OPTION",
      message: `program section ${scope.section.name} does not specify a command`,
      detail: "is missing; expected the command to run",
    });
  }
  return readText(scope, "command") ?? "";
}

function ownEnvironment(scope: Scope): ReadonlyMap<string, string> {
  const value = valueOf(scope, "environment");
  if (!value) return new Map();
  const work = () => readEnvironment(expand(value.text, scope.names, "environment"));
  return attempt<ReadonlyMap<string, string>>(scope, "environment", work, new Map());
}
