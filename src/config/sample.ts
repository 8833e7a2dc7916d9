/** The commented sample that `visor echo-conf` prints. @see spec/ctl.md §5 */

/** A line of the sample: an option, its value, and what it is for. */
type Line = readonly [option: string, value: string, comment: string];

/** Marks an option that Supervisor does not have: as it stands, the line is a comment. */
const OWN = "+ ";

const NOTES =
  `; A sample configuration. A semicolon starts a comment; the options that are commented
; out show a value they could have, and what applies without them where it is another.
;
; - Values may mention variables of the daemon's environment: %(ENV_HOME)s.
; - Values are not quoted, with one exception: the parts of environment=.
; - Lines that begin with ";+" are options of visor's own. Supervisor ignores them.
; - A comment after a value needs a blank before its semicolon. Without one, "a=b;c" is
;   the value "b;c"; and with one, "command=sh -c 'echo ;'" ends before the semicolon.
`;

const INET_WARNING = `; WARNING: whoever reaches this port can run programs as the daemon's user.
; Keep it on 127.0.0.1, or set username and password and trust the network in between.
`;

const CREDENTIALS: readonly Line[] = [
  [";username", "user", "who may connect; default: everybody"],
  [";password", "123", "goes with username; {SHA} and a SHA-1 in hex hide it"],
];

/**
 * A configuration that names every section and option. It is valid as it stands and starts nothing.
 *
 * @param directory Where the sample puts socket, logs and pidfile.
 */
export function sampleConfig(directory = "/tmp"): string {
  return [
    NOTES,
    section("[unix_http_server]", [
      ["file", `${directory}/supervisor.sock`, "the path of the socket"],
      [";chmod", "0700", "its mode; default: 0700"],
      [";chown", "nobody:nogroup", "its owner, as user:group; default: unchanged"],
      ...CREDENTIALS,
    ]),
    INET_WARNING + section(";[inet_http_server]", [
      [";port", "127.0.0.1:9001", "host:port; *:port listens on every interface"],
      ...CREDENTIALS,
    ]),
    section("[supervisord]", daemonLines(directory)),
    `; Answers the client and the web page. Without this section neither can do anything.
${
      section("[rpcinterface:supervisor]", [
        [
          "supervisor.rpcinterface_factory ",
          " supervisor.rpcinterface:make_main_rpcinterface",
          "",
        ],
      ])
    }`,
    `; The client reads this section only; it has to agree with the servers above.
${section("[supervisorctl]", clientLines(directory))}`,
    `; A program to run; any number of these, each with a name of its own.
${section(";[program:theprogramname]", commented(programLines(directory)))}`,
    `; A program that is told of events through its stdin and stdout.
${section(";[eventlistener:theeventlistenername]", commented(listenerLines(directory)))}`,
    `; What programs and listeners have that do not say otherwise. A section of visor's own: Supervisor
; ignores it. It may have the options of a program, but for command, process_name and numprocs.
${
      section(`;${OWN}[program-defaults]`, [
        [`;${OWN}stopasgroup`, "true", "any option, as in [program:x]; default: none"],
      ])
    }`,
    `; Programs to start and stop under one name; they are then called group:program.
${
      section(";[group:thegroupname]", [
        [";programs", "progname1,progname2", "their names, with commas between"],
        [";priority", "999", "lower starts first and stops last; default: 999"],
      ])
    }`,
    `; More files to read. Patterns are relative to this file, with blanks between them.
${section(";[include]", [[";files ", " relative/directory/*.ini", ""]])}`,
  ].join("\n");
}

function daemonLines(directory: string): Line[] {
  return [
    ["logfile", `${directory}/supervisord.log`, "the daemon's own log, or syslog"],
    ["logfile_maxbytes", "50MB", "rotate it at this size, 0: never; default: 50MB"],
    ["logfile_backups", "10", "how many old ones to keep; default: 10"],
    ["loglevel", "info", "critical error warn info debug trace blather"],
    ["pidfile", `${directory}/supervisord.pid`, "default: supervisord.pid"],
    ["nodaemon", "false", "stay in the foreground; default: false"],
    ["silent", "false", "no log on stdout in the foreground; default: false"],
    ["minfds", "1024", "open files to be allowed at least; default: 1024"],
    ["minprocs", "200", "processes to be allowed at least; default: 200"],
    [";umask", "022", "of the daemon; default: 022"],
    [";user", "supervisord", "to become at start; needed if started as root"],
    [";identifier", "supervisor", "what clients see; default: supervisor"],
    [";directory", directory, "to change to in the background; default: none"],
    [";nocleanup", "true", "keep AUTO logs of earlier runs; default: false"],
    [";childlogdir", directory, "where AUTO logs go; default: that for temporary files"],
    [";environment", 'KEY="value"', "for every program, as pairs with commas between"],
    [";strip_ansi", "false", "remove terminal colours from logs; default: false"],
    [`;${OWN}exit_on`, "fatal", "end, too, when a program ends so: fatal, exit; default: none"],
  ];
}

function clientLines(directory: string): Line[] {
  return [
    ["serverurl", `unix://${directory}/supervisor.sock`, "through the socket"],
    [";serverurl", "http://127.0.0.1:9001", "through the port"],
    [";username", "chris", "the same as in the server's section"],
    [";password", "123", "in clear text"],
    [";prompt", "mysupervisor", "default: supervisor"],
    [";history_file", "~/.sc_history", "remember what was typed; default: none"],
  ];
}

const UPDATE: readonly Line[] = [
  [`${OWN}keepstopped`, "true", "update leaves it down if you stopped it; default: false"],
];

const START_AND_STOP: readonly Line[] = [
  ["autostart", "true", "start with the daemon; default: true"],
  ["startsecs", "1", "seconds it must stay up to count as running; default: 1"],
  ["startretries", "3", "attempts before giving up, -1: no end; default: 3"],
  ["autorestart", "unexpected", "after an exit: true, false or unexpected"],
  ["exitcodes", "0", "what counts as expected; default: 0"],
  [`${OWN}exit_on`, "exit", "what of it ends the daemon: fatal, exit; default: none"],
  ["stopsignal", "QUIT", "asks it to stop; default: TERM"],
  ["stopwaitsecs", "10", "seconds until it is killed; default: 10"],
  ["stopasgroup", "false", "signal its children as well; default: false"],
  ["killasgroup", "false", "kill its children as well; default: stopasgroup"],
  ...UPDATE,
  ["user", "chrism", "to run it as; default: the daemon's"],
];

const LOG_FILES: readonly Line[] = [
  [`${OWN}log_format`, "prefixed", "lines as plain, prefixed or json; default: plain"],
  [`${OWN}log_timestamps`, "utc", "of such lines: utc, local, none; default: utc"],
  [`${OWN}log_prefix`, "{group}:{program}", "also {channel}, {pid}; default: as here"],
  [`${OWN}logfile_rotate`, "daily", "hourly, daily, weekly, or 12h; default: by size only"],
  [`${OWN}logfile_compress`, "gzip", "rotated logs: gzip, zstd, none; default: not"],
  [`${OWN}logfile_mode`, "0640", "of log files when they are made; default: 0666 and umask"],
  [`${OWN}logfile_owner`, "web:adm", "of log files when they are made; default: the daemon's"],
];

const RESTARTING: readonly Line[] = [
  [`${OWN}type`, "oneshot", "does its work and ends: no restart after success"],
  [`${OWN}restartdelaysecs`, "0.5", "seconds before another start; default: none"],
  [`${OWN}restartbackoff`, "2, 60, 0.1", "times 2 each time, up to 60 s, +-10%; default: none"],
  [`${OWN}restartlimit`, "5 in 60s", "so many restarts, and no more; default: any number"],
  [`${OWN}restartlimit_action`, "slow", "then one try a minute; default: fatal"],
];

const STOPPING: readonly Line[] = [
  [`${OWN}stopsignals`, "TERM:5,INT:5,QUIT", "one after the other, with seconds between"],
  [`${OWN}stop_command`, "/a/command", "run in place of the first signal"],
  [`${OWN}stopscope`, "tree", "stop what left its process group, too; default: process"],
  [`${OWN}reload_signal`, "HUP", "what reload-program sends it; default: none"],
  [`${OWN}reload_command`, "/a/command", "or what it runs; default: none"],
  [`${OWN}pre_start`, "/a/command", "has to succeed before each start; default: none"],
  [`${OWN}pre_start_timeout`, "30", "seconds it may take; default: 30"],
  [`${OWN}post_stop`, "/a/command", "run after each end; default: none"],
  [`${OWN}post_stop_timeout`, "30", "seconds it may take; default: 30"],
];

const HEALTH: readonly Line[] = [
  [`${OWN}healthcheck_command`, "/bin/ask it", "asks it whether it works; exit status 0: it does"],
  [`${OWN}healthcheck_http`, "http://h:80/ready", "or this: a status from 200 to 399"],
  [`${OWN}healthcheck_tcp`, "localhost:80", "or this: a connection that is accepted"],
  [`${OWN}healthcheck_interval`, "10", "seconds from check to check; default: 10"],
  [`${OWN}healthcheck_timeout`, "5", "seconds that a check may take; default: 5"],
  [`${OWN}healthcheck_startsecs`, "60", "seconds in which no failure counts; default: 0"],
  [`${OWN}healthcheck_failures`, "3", "in a row until it is unhealthy; default: 3"],
  [`${OWN}healthcheck_successes`, "1", "in a row until it is healthy; default: 1"],
  [`${OWN}healthcheck_action`, "restart", "what then: mark or restart; default: mark"],
  [`${OWN}readiness`, "notify", "says so: notify, healthcheck; default: a check"],
  [`${OWN}readiness_log`, "^listening on", "or a line of its output does; a pattern of RE2"],
  [`${OWN}readiness_timeout`, "60", "seconds until it is too late; default: never"],
];

const DEPENDENCIES: readonly Line[] = [
  [`${OWN}depends_on`, "other:ready", "start it after others; default: none"],
];

const ENVIRONMENT: readonly Line[] = [
  ["environment", 'A="1",B="2"', "variables for it; default: none"],
  [`${OWN}environment_file`, "a.env,-b.env", "files of NAME=value lines; -: if it is there"],
  [`${OWN}environment_from`, "KEY:/a/path", "variables, and the files with their values"],
  [`${OWN}environment_clear`, "true", "nothing of the daemon's own variables; default: false"],
  [`${OWN}environment_keep`, "PATH,LANG", "... but for these; default: none"],
];

const SURROUNDINGS: readonly Line[] = [
  ...ENVIRONMENT,
  ["serverurl", "AUTO", "what it sees as SUPERVISOR_SERVER_URL; default: AUTO"],
];

function programLines(directory: string): Line[] {
  return [
    ["command", "/bin/cat", "the program and its arguments; not for a shell"],
    ["process_name", "%(program_name)s", "with numprocs add _%(process_num)02d"],
    ["numprocs", "1", "how many of them; default: 1"],
    ["directory", directory, "to run it in; default: the daemon's"],
    ["umask", "022", "default: the daemon's"],
    ["priority", "999", "lower starts first and stops last; default: 999"],
    ...START_AND_STOP,
    ...RESTARTING,
    ...STOPPING,
    ...DEPENDENCIES,
    ...HEALTH,
    ["redirect_stderr", "true", "stderr goes where stdout goes; default: false"],
    ...logLines("stdout", true),
    ...logLines("stderr", true),
    ...LOG_FILES,
    ...SURROUNDINGS,
  ];
}

function listenerLines(directory: string): Line[] {
  return [
    ["command", "/bin/eventlistener", "speaks the event listener protocol"],
    ["process_name", "%(program_name)s", "with numprocs add _%(process_num)02d"],
    ["numprocs", "1", "how many share the events; default: 1"],
    ["events", "EVENT", "which to send, with commas between; required"],
    ["buffer_size", "10", "events kept while all are busy; default: 10"],
    ["directory", directory, "to run it in; default: the daemon's"],
    ["umask", "022", "default: the daemon's"],
    ["priority", "-1", "lower starts first and stops last; default: -1"],
    ...START_AND_STOP,
    ...RESTARTING,
    ...STOPPING,
    ...DEPENDENCIES,
    ...HEALTH,
    ["redirect_stderr", "false", "may not be true for a listener"],
    ...logLines("stdout", false),
    ...logLines("stderr", false),
    ...LOG_FILES,
    ...SURROUNDINGS,
  ];
}

function logLines(channel: "stdout" | "stderr", withCapture: boolean): Line[] {
  const capture: Line = [`${channel}_capture_maxbytes`, "1MB", "capture buffer; default: 0, off"];
  return [
    [`${channel}_logfile`, "/a/path", "a file, AUTO or NONE; default: AUTO"],
    [`${channel}_logfile_maxbytes`, "1MB", "rotate at this size, 0: never; default: 50MB"],
    [`${channel}_logfile_backups`, "10", "how many old ones to keep, 0: none; default: 10"],
    ...(withCapture ? [capture] : []),
    [`${channel}_events_enabled`, "false", "send an event for all output; default: false"],
    [`${channel}_syslog`, "false", "copy to syslog; default: false"],
  ];
}

function commented(lines: readonly Line[]): Line[] {
  return lines.map(([option, value, comment]) => [`;${option}`, value, comment]);
}

const COMMENT_COLUMN = 38;

function section(header: string, lines: readonly Line[]): string {
  const texts = lines.map(([option, value, comment]) => {
    const setting = `${option}=${value}`;
    return comment === "" ? setting : `${setting.padEnd(COMMENT_COLUMN)} ; ${comment}`;
  });
  return [header, ...texts, ""].join("\n");
}
