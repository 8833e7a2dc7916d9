#!/usr/bin/env bash
# Builds visor into one executable file; ./compile.sh --help says how.
set -euo pipefail

usage() {
  cat <<'END'
Usage: ./compile.sh [TARGET...]

Without a TARGET: dist/visor, for this machine.
With TARGETs:     dist/visor-TARGET for each.

  linux-x64  linux-arm64  linux-x64-musl  linux-arm64-musl     or: all

  --install   only fetch the dependencies, if they are not here yet
  --bun       the same, and print the path of the Bun that builds and tests
  --help      this text

RUNTIME=deno ./compile.sh builds on Deno instead of Bun (glibc targets only).
It needs Deno's runtime for executables, denort, which Deno downloads; where it
cannot, DENORT_BIN=/path/to/denort names one you have.

The machine needs Deno, or Node's npx to bring it. Versions are those of deno.json.
END
}

targets=(linux-x64 linux-arm64 linux-x64-musl linux-arm64-musl)
runtime=${RUNTIME:-bun}

fail() { # STATUS MESSAGE
  echo "compile.sh: $2" >&2
  exit "$1"
}

here=$(dirname -- "${BASH_SOURCE[0]}")
cd -- "$here" >/dev/null || fail 1 "cannot enter $here"

# The first value in deno.json that matches "KEY": "PREFIX(VALUE)".
pinned() { # KEY [PREFIX]
  local value
  value=$(sed -nE 's|.*"'"$1"'": *"'"${2-}"'([0-9][^"]*)".*|\1|p' deno.json | head -n 1)
  [ -n "$value" ] || fail 1 "deno.json names no version for $1"
  echo "$value"
}
version=$(pinned version)
deno_version=$(pinned deno)
bun_version=$(pinned bun npm:bun@)

# The pinned Deno: one that is installed, else npx brings it.
deno() {
  if [[ "$(command deno --version 2>/dev/null)" == "deno $deno_version "* ]]; then
    command deno "$@"
  elif command -v npx >/dev/null; then
    npm_config_loglevel=error npm_config_update_notifier=false npx -y "deno@$deno_version" "$@"
  else
    fail 1 "neither Deno $deno_version nor Node's npx, which could bring it, is installed"
  fi
}

# npm knows more places that name a registry than Deno, and more that name whom to trust.
follow_npm() {
  export DENO_TLS_CA_STORE=${DENO_TLS_CA_STORE:-system,mozilla}
  [ -z "${NPM_CONFIG_REGISTRY-}" ] && command -v npm >/dev/null || return 0
  local registry
  registry=$(npm config get registry 2>/dev/null) || return 0
  [ "$registry" = undefined ] || export NPM_CONFIG_REGISTRY=$registry
}

# Deno's own words are only worth reading when it fails, and then few of them.
install() { # WHAT [OPTION...]
  local what=$1 said why
  follow_npm
  said=$(NO_COLOR=1 deno install ${CI:+--frozen} "${@:2}" </dev/null 2>&1) && return
  why=$(awk '
    sub(/^error: /, "") { why = $0 }
    cause { sub(/^ *(0: )?/, ""); why = why ": " $0; exit }
    /^Caused by:/ { cause = 1 }
    END { print why }' <<<"$said")
  [ -n "$why" ] || echo "$said" >&2
  fail 1 "cannot install $what${why:+: $why}"
}

machine() {
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64") echo -n linux-x64 ;;
    "Linux aarch64") echo -n linux-arm64 ;;
    *) fail 1 "cannot build on $(uname -s) $(uname -m): only on Linux, x64 or arm64" ;;
  esac
  case "$(ldd --version 2>&1 || true)" in
    *musl*) echo -musl ;;
    *) echo ;;
  esac
}

# Where an install under FOLDER puts the Bun of TARGET.
bun_of() { # TARGET FOLDER
  local package=bun-${1/arm64/aarch64}
  echo "$2/node_modules/.deno/@oven+$package@$bun_version/node_modules/@oven/$package/bin/bun"
}

build_with_bun() { # TARGET OUTPUT
  local target=$1 output=$2 base
  base=$(bun_of "$target" .)
  [ -x "$base" ] || base=$(bun_of "$target" "$work")
  if [ ! -x "$base" ]; then # another processor's: the same install, told to be for that one
    cp deno.json deno.lock "$work"
    (cd "$work" && install "Bun for $target" --os linux --arch "$(cut -d- -f2 <<<"$target")") || return
    [ -x "$base" ] || fail 1 "Bun $bun_version for $target is not among the installed packages"
  fi
  # An executable that reads .env, bunfig.toml and the like would change with the folder it starts in.
  # Split, so that a command loads only what it needs.
  "$bun" build cli.ts --compile --minify --bytecode --format=esm --splitting \
    --target="bun-$target" --compile-executable-path="$base" --outfile="$output" \
    --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
    --no-compile-autoload-tsconfig --no-compile-autoload-package-json \
    "${defines[@]}"
}

# Bundled first: Deno has no --define, and would embed all of node_modules.
build_with_deno() { # TARGET OUTPUT
  local target=$1 output=$2 triple said
  case $target in
    linux-x64) triple=x86_64-unknown-linux-gnu ;;
    linux-arm64) triple=aarch64-unknown-linux-gnu ;;
    *) fail 1 "Deno has no runtime for $target; build it with Bun" ;;
  esac
  "$bun" build cli.ts --target=node --external='bun:*' --external=bun \
    --minify --outfile="$work/visor.js" "${defines[@]}" >/dev/null || return
  said=$(deno compile --no-config --node-modules-dir=none --no-check --allow-all \
    --target="$triple" --output="$output" "$work/visor.js" 2>&1) && return
  [[ "$said" != *"Setting up base binary"* ]] ||
    fail 1 "Deno cannot download its runtime (denort) for $target: name one with DENORT_BIN, or build with Bun"
  echo "$said"
  return 1
}

build() { # TARGET FILE
  local target=$1 file=$2 said started=${EPOCHREALTIME/[.,]/}
  local defines=(
    --define "VISOR_BUILD_VERSION='$version'"
    --define "VISOR_BUILD_TARGET='$target'"
  )
  said=$("build_with_$runtime" "$target" "$work/visor" 2>&1) || {
    echo "$said" >&2
    exit 1
  }
  mv -f "$work/visor" "$file"
  local took=$(((${EPOCHREALTIME/[.,]/} - started) / 1000)) bytes
  bytes=$(wc -c <"$file")
  echo "$file: visor $version for $target on ${name_of[$runtime]}, $((bytes / 1000000)) MB, built in $took ms"
}

declare -A name_of=([bun]="Bun $bun_version" [deno]="Deno $deno_version")
[ -n "${name_of[$runtime]-}" ] || fail 2 "unknown RUNTIME \"$runtime\": expected bun or deno"

wanted=()
only=
for word in "$@"; do
  case $word in
    -h | --help) usage && exit ;;
    --install | --bun) only=$word ;;
    all) wanted+=("${targets[@]}") ;;
    *)
      [[ " ${targets[*]} " == *" $word "* ]] ||
        fail 2 "unknown target \"$word\": expected ${targets[*]} or all"
      wanted+=("$word")
      ;;
  esac
done

host=$(machine)
bun=$(bun_of "$host" .)

stamp=node_modules/.installed-from
if [ ! -x "$bun" ] || ! cat deno.json deno.lock | cmp -s - "$stamp"; then
  install "the dependencies"
  [ -x "$bun" ] || fail 1 "Bun $bun_version for $host is not among the installed packages"
  cat deno.json deno.lock >"$stamp"
fi
case $only in
  --install) exit ;;
  --bun) echo "$PWD/${bun#./}" && exit ;;
esac

mkdir -p dist
work=$(mktemp -d "$PWD/dist/.compile.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ ${#wanted[@]} -gt 0 ] || build "$host" dist/visor
for target in ${wanted[@]+"${wanted[@]}"}; do
  build "$target" "dist/visor-$target"
done
