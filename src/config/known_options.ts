/** Which sections and options there are, to recognise misspelt ones. @see spec/config.md §7 */
import { UNSET_OPTIONS } from "../model/own_options.ts";

const LOG_OPTIONS = ["stdout", "stderr"].flatMap((channel) => [
  `${channel}_logfile`,
  `${channel}_logfile_maxbytes`,
  `${channel}_logfile_backups`,
  `${channel}_capture_maxbytes`,
  `${channel}_events_enabled`,
  `${channel}_syslog`,
]);

/** Those that Supervisor does not have: it ignores them, so a file with them stays portable. */
export const OWN_PROGRAM_OPTIONS: readonly string[] = Object.keys(UNSET_OPTIONS);

export const OWN_DAEMON_OPTIONS: readonly string[] = ["exit_on"];

const PROGRAM_OPTIONS = [
  "command",
  "process_name",
  "numprocs",
  "numprocs_start",
  "priority",
  "autostart",
  "startsecs",
  "startretries",
  "autorestart",
  "exitcodes",
  "stopsignal",
  "stopwaitsecs",
  "stopasgroup",
  "killasgroup",
  "user",
  "redirect_stderr",
  ...LOG_OPTIONS,
  "environment",
  "directory",
  "umask",
  "serverurl",
  ...OWN_PROGRAM_OPTIONS,
  "dependent_startup",
  "dependent_startup_inherit_priority",
];

/** What each program has of its own. */
const NOT_DEFAULTABLE: readonly string[] = [
  "command",
  "process_name",
  "numprocs",
  "numprocs_start",
];

/** A section of ours, with options for all programs. */
export const PROGRAM_DEFAULTS = "program-defaults";

export const DEFAULTABLE_OPTIONS: readonly string[] = PROGRAM_OPTIONS.filter((option) =>
  !NOT_DEFAULTABLE.includes(option)
);

const FCGI_OPTIONS = ["socket", "socket_backlog", "socket_owner", "socket_mode"];
const LISTENER_OPTIONS = ["events", "buffer_size", "result_handler"];

/** Whether programs of any kind have it. */
export function isProgramOption(option: string): boolean {
  return [PROGRAM_OPTIONS, FCGI_OPTIONS, LISTENER_OPTIONS].some((kind) => kind.includes(option));
}

const SUPERVISORD_OPTIONS = [
  "logfile",
  "logfile_maxbytes",
  "logfile_backups",
  "loglevel",
  "pidfile",
  "umask",
  "nodaemon",
  "silent",
  "minfds",
  "minprocs",
  "nocleanup",
  "childlogdir",
  "user",
  "directory",
  "strip_ansi",
  "environment",
  "identifier",
  ...OWN_DAEMON_OPTIONS,
];

/** A kind of section: `[name]`, `[name:x]`, or both. */
export interface SectionKind {
  readonly name: string;
  readonly colon: "never" | "always" | "optional";
  /** null: any. */
  readonly options: readonly string[] | null;
}

export const SECTION_KINDS: readonly SectionKind[] = [
  { name: "supervisord", colon: "never", options: SUPERVISORD_OPTIONS },
  {
    name: "supervisorctl",
    colon: "never",
    options: ["serverurl", "username", "password", "prompt", "history_file"],
  },
  { name: "include", colon: "never", options: ["files"] },
  {
    name: "unix_http_server",
    colon: "optional",
    options: ["file", "chmod", "chown", "username", "password"],
  },
  { name: "inet_http_server", colon: "optional", options: ["port", "username", "password"] },
  { name: "program", colon: "always", options: PROGRAM_OPTIONS },
  { name: "fcgi-program", colon: "always", options: [...PROGRAM_OPTIONS, ...FCGI_OPTIONS] },
  { name: "eventlistener", colon: "always", options: [...PROGRAM_OPTIONS, ...LISTENER_OPTIONS] },
  { name: PROGRAM_DEFAULTS, colon: "never", options: DEFAULTABLE_OPTIONS },
  { name: "group", colon: "always", options: ["programs", "priority"] },
  { name: "rpcinterface", colon: "always", options: null },
  { name: "ctlplugin", colon: "always", options: null },
];

/** The kind that a section's name belongs to; undefined for a section that nobody reads. */
export function sectionKind(name: string): SectionKind | undefined {
  return SECTION_KINDS.find((kind) =>
    kind.colon === "never"
      ? name === kind.name
      : kind.colon === "always"
      ? name.startsWith(`${kind.name}:`)
      : name.startsWith(kind.name)
  );
}
