/** Where the output of a program goes. */
import type { Channel, LogTarget } from "../model/config.ts";
import { boolean, byteSize, integer } from "./datatypes.ts";
import { expand } from "./expand.ts";
import { type ChildLog, childLog } from "./files.ts";
import type { Load } from "./load.ts";
import type { Names } from "./names.ts";
import { BadValue } from "./problems.ts";
import { attempt, expanded, placeOf, read, type Scope, valueOf } from "./section.ts";

/** The log options of one process, with what is doubtful about them noted as warnings. */
export function readLogs(load: Load, scope: Scope, redirectStderr: boolean) {
  const out = readLog(load, scope, "stdout");
  const err = readLog(load, scope, "stderr");
  if (redirectStderr && err.target.type === "file") {
    const { name } = scope.section;
    warn(load, scope, "stderr_logfile", {
      message: `For [${name}], redirect_stderr=true but stderr_logfile has also been set to a ` +
        "filename, the filename has been ignored",
      detail: "has no effect, because redirect_stderr is true",
    });
  }
  const none: LogTarget = { type: "none" };
  return {
    stdout_logfile: out.target,
    stdout_logfile_maxbytes: out.maxbytes,
    stdout_logfile_backups: out.backups,
    stdout_syslog: out.syslog,
    stderr_logfile: redirectStderr ? none : err.target,
    stderr_logfile_maxbytes: err.maxbytes,
    stderr_logfile_backups: err.backups,
    stderr_syslog: err.syslog,
  };
}

function readLog(load: Load, scope: Scope, channel: Channel) {
  const option = `${channel}_logfile`;
  const log = readTarget(load, scope, option);
  const backups = read(scope, `${option}_backups`, integer, 10);
  const maxbytes = read(scope, `${option}_maxbytes`, byteSize, 50 * 1024 * 1024);
  const syslog = read(scope, `${channel}_syslog`, boolean, false);
  if (log.type === "syslog") {
    warnOfSyslog(load, scope, channel);
    const target: LogTarget = { type: "none" };
    return { target, backups, maxbytes, syslog: true };
  }
  if (log.type === "auto" && maxbytes === 0) warnOfEndlessLog(load, scope, option);
  return { target: log, backups, maxbytes, syslog };
}

function readTarget(load: Load, scope: Scope, option: string): ChildLog {
  const value = valueOf(scope, option);
  if (!value) return { type: "auto" };
  return attempt<ChildLog>(scope, option, () => {
    const once = expanded(scope, option, value);
    return childLog(expandAgain(once, scope.names, option), load.host);
  }, { type: "auto" });
}

/**
 * Supervisor expands these names twice, so a percent sign had to be written `%%%%`. A name that
 * only makes sense expanded once (`%%`) is one that Supervisor refuses: we take it as it is.
 *
 * @see spec/config.md §3, "std*_logfile twice"
 */
function expandAgain(name: string, names: Names, option: string): string {
  try {
    return expand(name, names, option);
  } catch (error) {
    if (error instanceof BadValue) return name;
    throw error;
  }
}

function warnOfSyslog(load: Load, scope: Scope, channel: Channel): void {
  const { name } = scope.section;
  warn(load, scope, `${channel}_logfile`, {
    message: `For [${name}], ${channel}_logfile=syslog but this is deprecated and will be ` +
      `removed.  Use ${channel}_syslog=true to enable syslog instead.`,
    detail: `syslog is deprecated here; write ${channel}_syslog=true`,
  });
}

function warnOfEndlessLog(load: Load, scope: Scope, option: string): void {
  const { name } = scope.section;
  warn(load, scope, `${option}_maxbytes`, {
    message: `For [${name}], AUTO logging used for ${option} without rollover, set maxbytes > 0 ` +
      "to avoid filling up filesystem unintentionally",
    detail: "0 lets an AUTO log grow without end",
  });
}

function warn(
  load: Load,
  scope: Scope,
  option: string,
  { message, detail }: { message: string; detail: string },
): void {
  load.messages.warn.push(message);
  load.report.warn(placeOf(scope, option), detail);
}
