#!/usr/bin/env bash
# deno task demo: a daemon with a few programs, in the foreground until Ctrl-C.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." >/dev/null

config=dist/demo/supervisord.conf
mkdir -p dist/demo
dist/visor echo-conf --demo >"$config"
program=$(sed -n 's/^\[program:\([^]]*\)\].*/\1/p' "$config" | head -n 1)

cat <<END

The demo's config is $config. In a second terminal, in $PWD, try

  dist/visor ctl -c $config status
  dist/visor ctl -c $config tail -f $program
  dist/visor ctl -c $config restart $program
  dist/visor ctl -c $config

Ctrl-C here ends the daemon and its programs.

END
[ -t 0 ] || exec dist/visor daemon -n -c "$config"

# In a terminal Ctrl-C would also hit npx, whose exit status is then that of a mishap. With job
# control, what is in parentheses is a process group that has the terminal for itself, and the
# daemon one that the terminal does not reach: closing the window is no SIGHUP ("reload") for it.
set -m
(
  set -m
  dist/visor daemon -n -c "$config" &
  trap 'kill -TERM $!' INT TERM HUP
  while wait $! && exit 0 || status=$?; kill -0 $! 2>/dev/null; do :; done
  exit "$status"
)
