/** The activity log of a running daemon. @see spec/processes.md §4 */
import { basename } from "node:path";
import { ActivityLog, type LineSink } from "../logs/activity_log.ts";
import { LogFile } from "../logs/log_file.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import type { LogLevel, SupervisordConfig } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { errorCode } from "../platform/errno.ts";
import { ownDescriptor, systemLogFiles } from "../platform/log_files.ts";
import { Syslog } from "../platform/syslog.ts";
import { StartError } from "./start_error.ts";
import { printError } from "../platform/standard_output.ts";

export interface DaemonLog {
  readonly log: ActivityLog;
  /** null where the log goes to syslog. */
  readonly file: LogFile | null;
  /** For the daemon and its programs alike. */
  readonly syslog: Syslog;
}

const STDOUT = "/dev/stdout";
const SURROUNDINGS = { files: systemLogFiles, now: systemClock.now };

/**
 * @param foreground Repeat every line on stdout.
 * @throws {StartError} If the file cannot be opened.
 */
export function openDaemonLog(
  config: SupervisordConfig,
  foreground: boolean,
  watchers: LogWatchers,
): DaemonLog {
  const file = config.logfile === "syslog" ? null : openFile(config, watchers);
  const syslog = openSyslog((level, text) => log.log(level, text));
  const sinks: LineSink[] = [file ?? syslogSink(syslog)];
  if (foreground && !config.silent && ownDescriptor(config.logfile) !== 1) {
    sinks.push(openStdout());
  }
  const log = new ActivityLog(config.loglevel, sinks, systemClock.wall);
  return { log, file, syslog };
}

function openSyslog(log: (level: LogLevel, text: string) => void): Syslog {
  return new Syslog({
    ident: basename(process.argv0),
    now: systemClock.now,
    wall: systemClock.wall,
    onTrouble: (why) =>
      log("warn", `cannot reach syslog: ${why}; lines are dropped until it works`),
    onHealed: (lost) => log("info", `syslog works again; ${lost} lines were dropped`),
  });
}

function syslogSink(syslog: Syslog): LineSink {
  const decoder = new TextDecoder();
  return { write: (bytes) => syslog.send(decoder.decode(bytes).trimEnd()) };
}

function openFile(config: SupervisordConfig, watchers: LogWatchers): LogFile {
  const { logfile: path, logfile_maxbytes: maxbytes, logfile_backups: backups } = config;
  const say = (text: string) => printError(`${text}\n`);
  const trouble = {
    failing: (_: string, why: string) => say(`Cannot write the activity log ${path}: ${why}`),
    healed: (_: string, lost: number) =>
      say(`Writing the activity log ${path} works again; ${lost} bytes were lost`),
  };
  try {
    return new LogFile({ path, maxbytes, backups }, { ...SURROUNDINGS, trouble, watchers });
  } catch (error) {
    const why = errorCode(error) ?? String(error);
    throw new StartError(
      `Cannot open the activity log ${path}: ${why}. Name another file with logfile= in the ` +
        "[supervisord] section, or make this one writable.",
    );
  }
}

/** Nobody may be left to read it: that is no trouble. */
function openStdout(): LineSink {
  const silence = { failing: () => {}, healed: () => {} };
  const options = { path: STDOUT, maxbytes: 0, backups: 0 };
  return new LogFile(options, { ...SURROUNDINGS, trouble: silence });
}
