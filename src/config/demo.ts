/** A configuration to try visor with: `visor echo-conf --demo`. */

/**
 * Three small programs that show what a supervisor does. They need `/bin/sh` and nothing else.
 *
 * @param directory Where socket, pidfile and logs go: absolute, and there already; null for the
 * folder of the configuration itself.
 */
export function demoConfig(directory: string | null = null): string {
  const folder = directory === null ? "%(here)s" : directory.replaceAll("%", "%%");
  return `; Three small programs to watch. Everything they leave behind is in
; ${directory ?? "the folder of this file"}
;
;   visor daemon -n -c FILE      run them in this terminal (stop with Ctrl-C)
;   visor ctl -c FILE status     what they are doing, from another terminal
;   visor ctl -c FILE tail -f ticker
;   visor ctl -c FILE stop ticker
;   visor ctl -c FILE shutdown

[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}

; The client reaches the daemon through this socket; only its owner may use it.
[unix_http_server]
file=${folder}/supervisor.sock
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

; Where the client looks for the daemon: the same socket.
[supervisorctl]
serverurl=unix://${folder}/supervisor.sock

; The plain case: it runs, and its output goes to a log that is rotated at 1 MB.
[program:ticker]
command=/bin/sh -c 'n=0; while :; do n=$((n+1)); echo "tick $n"; sleep 1; done'
stdout_logfile=${folder}/ticker.log
stdout_logfile_maxbytes=1MB
redirect_stderr=true

; Crashes now and then and comes back: status shows it RUNNING again with a new pid.
[program:crasher]
command=/bin/sh -c 'echo "up, for 8 seconds"; sleep 8; echo "crash"; exit 1'
autorestart=true
stdout_logfile=${folder}/crasher.log
redirect_stderr=true

; Never stays up for a second. After three more attempts it is FATAL and left alone;
; "visor ctl start hopeless" tries again.
[program:hopeless]
command=/bin/sh -c 'echo "no such luck" >&2; exit 1'
startretries=3
stdout_logfile=${folder}/hopeless.log
redirect_stderr=true
`;
}
