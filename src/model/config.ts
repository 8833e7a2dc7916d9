/**
 * A configuration after reading: plain data, every default filled in, every expansion done.
 * Options keep the names they have in the file.
 * @see spec/config.md §7
 */

import type { ExitOn, OwnProgramOptions } from "./own_options.ts";

export type LogLevel = "critical" | "error" | "warn" | "info" | "debug" | "trace" | "blather";

export type Channel = "stdout" | "stderr";

/** A user or group: what was written in the file (a name, or a number), and its id. */
export interface Account {
  readonly written: string | number;
  readonly id: number;
}

/** Owner of a socket. A null group stays as it is; `written: "*"` is the user's primary group. */
export interface Owner {
  readonly user: Account;
  readonly group: Account | null;
}

/** `[supervisord]`. Sizes in bytes; `umask` as a number. */
export interface SupervisordConfig {
  /** Absolute path, or `syslog`. */
  readonly logfile: string;
  readonly logfile_maxbytes: number;
  readonly logfile_backups: number;
  readonly loglevel: LogLevel;
  readonly pidfile: string;
  readonly umask: number;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly minfds: number;
  readonly minprocs: number;
  readonly nocleanup: boolean;
  readonly childlogdir: string;
  readonly user: Account | null;
  readonly directory: string | null;
  readonly strip_ansi: boolean;
  readonly environment: ReadonlyMap<string, string>;
  readonly identifier: string;
  /** For programs that do not say themselves; null: none. */
  readonly exit_on: ExitOn | null;
}

interface HttpServerBase {
  /** As in the file, e.g. `inet_http_server:public`. */
  readonly section: string;
  /** What follows the colon, if anything. */
  readonly name: string | null;
  readonly username: string | null;
  /** Clear text, or `{SHA}` and the lower-case hex SHA-1 of it. */
  readonly password: string | null;
}

export interface UnixServerConfig extends HttpServerBase {
  readonly kind: "unix";
  readonly file: string;
  readonly chmod: number;
  readonly chown: Owner | null;
}

export interface InetServerConfig extends HttpServerBase {
  readonly kind: "inet";
  /** Lower case; empty for every interface. */
  readonly host: string;
  readonly port: number;
}

export type ServerConfig = UnixServerConfig | InetServerConfig;

export interface RpcInterfaceConfig {
  readonly section: string;
  readonly name: string;
  readonly factory: string;
  readonly options: ReadonlyMap<string, string>;
}

/** `AUTO`, `NONE`, or a path as the file has it (not made absolute). */
export type LogTarget =
  | { readonly type: "auto" | "none" }
  | { readonly type: "file"; readonly path: string };

export type Autorestart = boolean | "unexpected";

/** One process of a program-like section. Durations in whole seconds, sizes in bytes. */
export interface ProcessConfig extends OwnProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly directory: string | null;
  readonly umask: number | null;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: Autorestart;
  readonly startsecs: number;
  readonly startretries: number;
  readonly exitcodes: readonly number[];
  readonly stopsignal: number;
  readonly stopwaitsecs: number;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  readonly user: Account | null;
  readonly redirect_stderr: boolean;
  readonly stdout_logfile: LogTarget;
  readonly stdout_logfile_maxbytes: number;
  readonly stdout_logfile_backups: number;
  readonly stdout_capture_maxbytes: number;
  readonly stdout_events_enabled: boolean;
  readonly stdout_syslog: boolean;
  readonly stderr_logfile: LogTarget;
  readonly stderr_logfile_maxbytes: number;
  readonly stderr_logfile_backups: number;
  readonly stderr_capture_maxbytes: number;
  readonly stderr_events_enabled: boolean;
  readonly stderr_syslog: boolean;
  /** Of an `[fcgi-program:x]`: becomes the stdin of its processes, which share one object. */
  readonly socket: FcgiSocketConfig | null;
  /** `[supervisord] environment` with the program's own over it. */
  readonly environment: ReadonlyMap<string, string>;
  readonly serverurl: string | null;
}

interface GroupBase {
  readonly name: string;
  readonly priority: number;
  readonly processes: readonly ProcessConfig[];
}

/** `program`: one section by itself; `group`: a `[group:x]`. */
export interface PlainGroupConfig extends GroupBase {
  readonly kind: "program" | "group";
}

export interface EventListenerConfig extends GroupBase {
  readonly kind: "eventlistener";
  readonly buffer_size: number;
  /** Sorted, without duplicates. */
  readonly events: readonly string[];
  readonly result_handler: string;
}

export interface FcgiSocketConfig {
  /** `unix:///path` or `tcp://host:port`. */
  readonly url: string;
  /** null: the system's maximum. */
  readonly backlog: number | null;
  /** null for TCP. */
  readonly mode: number | null;
  /** null: unchanged. */
  readonly owner: Owner | null;
}

export interface FcgiGroupConfig extends GroupBase {
  readonly kind: "fcgi";
  readonly socket: FcgiSocketConfig;
}

export type GroupConfig = PlainGroupConfig | EventListenerConfig | FcgiGroupConfig;

export interface Config {
  /** The main file, absolute. */
  readonly path: string;
  readonly supervisord: SupervisordConfig;
  /** Inet servers before unix servers, each in file order: the order in which they are opened. */
  readonly servers: readonly ServerConfig[];
  /** What children get as SUPERVISOR_SERVER_URL unless their section says otherwise. */
  readonly serverurl: string | null;
  readonly rpcinterfaces: readonly RpcInterfaceConfig[];
  /** By priority, then name. */
  readonly groups: readonly GroupConfig[];
  /** Lines for the activity log, to be written once it is open. */
  readonly messages: { readonly info: readonly string[]; readonly warn: readonly string[] };
}

/** `[supervisorctl]` and the command line over it. */
export interface CtlConfig {
  readonly serverurl: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly prompt: string;
  readonly history_file: string | null;
}
