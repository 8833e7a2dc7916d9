/** Structs that describe processes and their configuration. */
import { describeProcess } from "../engine/describe.ts";
import type { ManagedProcess } from "../engine/process.ts";
import { STATE_CODES } from "../model/state.ts";
import type { Channel, GroupConfig, LogTarget, ProcessConfig } from "../model/config.ts";
import type { ConfigInfo, ProcessInfo } from "../rpc/structs.ts";
import type { Daemon } from "./daemon.ts";

/** `getProcessInfo`. @see spec/control.md §4 */
export function processInfo(daemon: Daemon, process: ManagedProcess): ProcessInfo {
  const { status, config } = process;
  const { stdout, stderr } = daemon.logPaths(process);
  return {
    name: config.name,
    group: process.group,
    start: seconds(process.laststart),
    stop: seconds(process.laststop),
    now: seconds(daemon.wall()),
    state: STATE_CODES[status.state],
    statename: status.state,
    spawnerr: process.spawnerr,
    exitstatus: process.exitstatus,
    logfile: stdout ?? "",
    stdout_logfile: stdout ?? "",
    stderr_logfile: stderr ?? "",
    pid: process.pid,
    description: describeProcess(process, daemon.supervisor.clock.now()),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** `getAllConfigInfo`'s struct for one process of the configuration last read. */
export function configInfo(daemon: Daemon, group: GroupConfig, config: ProcessConfig): ConfigInfo {
  const active = daemon.supervisor.groups.get(group.name);
  const process = active?.processes.get(config.name);
  return {
    autostart: config.autostart,
    autorestart: config.autorestart,
    directory: config.directory ?? "none",
    uid: config.user?.id ?? "none",
    command: config.command,
    exitcodes: config.exitcodes,
    group: group.name,
    group_prio: group.priority,
    inuse: active !== undefined,
    killasgroup: config.killasgroup,
    name: config.name,
    process_prio: config.priority,
    redirect_stderr: config.redirect_stderr,
    startretries: config.startretries,
    startsecs: config.startsecs,
    stdout_capture_maxbytes: config.stdout_capture_maxbytes,
    stdout_events_enabled: config.stdout_events_enabled,
    stdout_logfile: logfileName(daemon, config.stdout_logfile, "stdout", process),
    stdout_logfile_backups: config.stdout_logfile_backups,
    stdout_logfile_maxbytes: config.stdout_logfile_maxbytes,
    stdout_syslog: config.stdout_syslog,
    stopsignal: config.stopsignal,
    stopwaitsecs: config.stopwaitsecs,
    stderr_capture_maxbytes: config.stderr_capture_maxbytes,
    stderr_events_enabled: config.stderr_events_enabled,
    stderr_logfile: logfileName(daemon, config.stderr_logfile, "stderr", process),
    stderr_logfile_backups: config.stderr_logfile_backups,
    stderr_logfile_maxbytes: config.stderr_logfile_maxbytes,
    stderr_syslog: config.stderr_syslog,
    serverurl: config.serverurl ?? "none",
  };
}

/** `auto` where the file gets its name only when the group is activated. */
function logfileName(
  daemon: Daemon,
  target: LogTarget,
  channel: Channel,
  process: ManagedProcess | undefined,
): string {
  switch (target.type) {
    case "none":
      return "none";
    case "file":
      return target.path;
    case "auto":
      return (process && daemon.logPaths(process)[channel]) ?? "auto";
  }
}
