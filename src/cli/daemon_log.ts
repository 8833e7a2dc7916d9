/** The activity log of a running daemon. @see spec/processes.md §4 */
import { ActivityLog, type LineSink } from "../logs/activity_log.ts";
import { DeferredSink } from "../logs/deferred_sink.ts";
import { type LogTarget, openLog } from "../logs/log_target.ts";
import type { LogWatchers } from "../logs/log_watchers.ts";
import { reasonOf } from "../logs/losses.ts";
import { RecentOutput } from "../logs/recent_output.ts";
import type { LogLevel, SupervisordConfig } from "../model/config.ts";
import { systemClock } from "../platform/clock.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import { Syslog } from "../platform/syslog.ts";
import { StartError } from "./start_error.ts";

const STDOUT = "/dev/stdout";
const STDERR = "/dev/stderr";
const SYSLOG = "syslog";
const SURROUNDINGS = { files: systemLogFiles, clock: systemClock };

/** Takes lines from the beginning, and has a file for them once it is sure that we may write it. */
export class DaemonLog {
  readonly log: ActivityLog;
  /** For the daemon and its programs alike. */
  readonly syslog: Syslog;
  /** The latest of it, where it is not in a file that could be read back. */
  readonly inMemory: RecentOutput | undefined;
  readonly #sink = new DeferredSink();
  readonly #config: SupervisordConfig;
  #target: LogTarget | null = null;

  constructor(config: SupervisordConfig) {
    this.#config = config;
    const isStream = config.logfile === SYSLOG || systemLogFiles.isStream(config.logfile);
    this.inMemory = isStream ? new RecentOutput() : undefined;
    this.log = new ActivityLog(config.loglevel, [this.#sink], systemClock.wall);
    this.syslog = openSyslog((level, text) => this.log.log(level, text));
  }

  /** The file as it is called in the configuration. */
  get path(): string {
    return this.#config.logfile;
  }

  /**
   * Writes what came so far. In the foreground every line is repeated on stdout.
   *
   * @throws {StartError} If the file cannot be opened.
   */
  open(watchers: LogWatchers): void {
    const { nodaemon, silent } = this.#config;
    this.#target = this.path === SYSLOG ? null : openTarget(this.#config, watchers, this.log);
    const sinks: LineSink[] = [this.#target ?? syslogSink(this.syslog)];
    if (nodaemon && !silent && !isStdout(this.path)) sinks.push(openStdout());
    const { inMemory } = this;
    if (inMemory) sinks.push({ write: (bytes) => inMemory.push(bytes) });
    this.#sink.open(sinks);
  }

  reopen(): void {
    this.#target?.reopen();
  }

  /** @throws {Error} With node's `code`. */
  clear(): void {
    this.inMemory?.clear();
    this.#target?.clear();
  }

  close(): void {
    this.#target?.close();
    this.#target?.losses.end();
    this.syslog.close();
  }
}

/** Whether it leads to where our stdout leads, whatever it is called: nobody wants to read it twice. */
function isStdout(path: string): boolean {
  const identity = systemLogFiles.identity(path);
  return identity !== undefined && identity === systemLogFiles.identity(STDOUT);
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
function openTarget(
  config: SupervisordConfig,
  watchers: LogWatchers,
  log: ActivityLog,
): LogTarget {
  const { logfile: path, logfile_maxbytes: maxbytes, logfile_backups: backups } = config;
  const trouble = {
    failing: (_: string, why: string) => complain(`Cannot write the activity log ${path}: ${why}`),
    healed(_: string, lost: number) {
      const text = `riting the activity log ${path} works again; ${lost} bytes were lost`;
      complain(`W${text}`);
      log.log("warn", `w${text}`);
    },
    abandoned: (_: string, lost: number) =>
      complain(`${lost} bytes of the activity log were lost that ${path} did not take`),
  };
  try {
    return openLog({ path, maxbytes, backups }, { ...SURROUNDINGS, trouble, watchers });
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
export function openStdout(): LineSink {
  const { write } = systemLogFiles.openStream(STDOUT, () => {});
  return { write };
}

/** On stderr, which may lead to the very reader that has stopped. */
function complain(text: string): void {
  const stderr = systemLogFiles.openStream(STDERR, () => {});
  stderr.write(new TextEncoder().encode(`${text}\n`));
  stderr.close();
}
