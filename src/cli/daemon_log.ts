/** The activity log of a running daemon. @see spec/processes.md §4 */
import { ActivityLog, type LineSink } from "../logs/activity_log.ts";
import { DeferredSink } from "../logs/deferred_sink.ts";
import { LogFile, reasonOf } from "../logs/log_file.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import type { LogLevel, SupervisordConfig } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { ownDescriptor, systemLogFiles } from "../platform/log_files.ts";
import { Syslog } from "../platform/syslog.ts";
import { StartError } from "./start_error.ts";

const SURROUNDINGS = { files: systemLogFiles, now: systemClock.now };

/** Takes lines from the beginning, and has a file for them once it is sure that we may write it. */
export class DaemonLog {
  readonly log: ActivityLog;
  /** For the daemon and its programs alike. */
  readonly syslog: Syslog;
  readonly #sink = new DeferredSink();
  readonly #config: SupervisordConfig;
  #file: LogFile | null = null;

  constructor(config: SupervisordConfig) {
    this.#config = config;
    this.log = new ActivityLog(config.loglevel, [this.#sink], systemClock.wall);
    this.syslog = openSyslog((level, text) => this.log.log(level, text));
  }

  /** null before it is open, and where the log goes to syslog. */
  get file(): LogFile | null {
    return this.#file;
  }

  /**
   * Writes what came so far. In the foreground every line is repeated on stdout.
   *
   * @throws {StartError} If the file cannot be opened.
   */
  open(watchers: LogWatchers): void {
    const { logfile, nodaemon, silent } = this.#config;
    this.#file = logfile === "syslog" ? null : openFile(this.#config, watchers, this.log);
    const sinks: LineSink[] = [this.#file ?? syslogSink(this.syslog)];
    if (nodaemon && !silent && ownDescriptor(logfile) !== 1) sinks.push(openStream("/dev/stdout"));
    this.#sink.open(sinks);
  }

  close(): void {
    this.#file?.close();
    this.syslog.close();
  }
}

function openSyslog(log: (level: LogLevel, text: string) => void): Syslog {
  return new Syslog({
    ident: process.argv0.slice(process.argv0.lastIndexOf("/") + 1),
    clock: systemClock,
    onTrouble: (why) =>
      log("warn", `cannot reach syslog: ${why}; lines are dropped until it works`),
    onHealed: (lost) => log("info", `syslog works again; ${lost} lines were dropped`),
  });
}

function syslogSink(syslog: Syslog): LineSink {
  const decoder = new TextDecoder();
  return { write: (bytes) => syslog.send(decoder.decode(bytes).trimEnd()) };
}

/** Its own trouble is told on stderr; that there was some also in the log, when it can be. */
function openFile(config: SupervisordConfig, watchers: LogWatchers, log: ActivityLog): LogFile {
  const { logfile: path, logfile_maxbytes: maxbytes, logfile_backups: backups } = config;
  const stderr = openStream("/dev/stderr");
  const encoder = new TextEncoder();
  const say = (text: string) => stderr.write(encoder.encode(`${text}\n`));
  const trouble = {
    failing: (_: string, why: string) => say(`Cannot write the activity log ${path}: ${why}`),
    healed(_: string, lost: number) {
      const text = `riting the activity log ${path} works again; ${lost} bytes were lost`;
      say(`W${text}`);
      log.log("warn", `w${text}`);
    },
  };
  try {
    return new LogFile({ path, maxbytes, backups }, { ...SURROUNDINGS, trouble, watchers });
  } catch (error) {
    throw new StartError(
      `Cannot open the activity log ${path}: ${
        reasonOf(error)
      }. Name another file with logfile= in the ` +
        "[supervisord] section, or make this one writable.",
    );
  }
}

/** Nobody may be left to read it: that is no trouble. */
export function openStream(path: string): LineSink {
  const silence = { failing: () => {}, healed: () => {} };
  const options = { path, maxbytes: 0, backups: 0 };
  return new LogFile(options, { ...SURROUNDINGS, trouble: silence });
}
