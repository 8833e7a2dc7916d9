/** The activity log of a running daemon. @see spec/processes.md §4 */
import { ActivityLog, type LineSink } from "../logs/activity_log.ts";
import { LogFile } from "../logs/log_file.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import type { SupervisordConfig } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { errorCode } from "../platform/errno.ts";
import { ownDescriptor, systemLogFiles } from "../platform/log_files.ts";
import { StartError } from "./start_error.ts";
import { printError } from "../platform/standard_output.ts";

export interface DaemonLog {
  readonly log: ActivityLog;
  /** null where the log goes to syslog. */
  readonly file: LogFile | null;
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
  const sinks: LineSink[] = file ? [file] : [];
  if (foreground && !config.silent && ownDescriptor(config.logfile) !== 1) {
    sinks.push(openStdout());
  }
  return { log: new ActivityLog(config.loglevel, sinks, systemClock.wall), file };
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
