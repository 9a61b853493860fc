# shellcheck shell=bash
# Sourced by tools/setup, tools/run and tools/test: where things lie, how to say things, and the
# PATH that every build sees.

set -euo pipefail
umask 022

# Set by each script before it sources this file.
: "${ROOT:?}"

CACHE=${THORAXLITE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/thoraxlite}
DEPS=$ROOT/build/deps
PINS=$ROOT/tools/pins.txt
PACKAGES=$ROOT/tools/packages.txt

started=$SECONDS
say() { printf '%s\n' "$*"; }
step() { printf '[%4d s] %s\n' $((SECONDS - started)) "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Debian's name of this machine's architecture, the only ones with pinned tools.
architecture() {
  case $(uname -m) in
    x86_64) say amd64 ;;
    aarch64) say arm64 ;;
    *) die "this machine is $(uname -m); the pinned tools exist for x86_64 and aarch64 only." ;;
  esac
}

# One digest of the contents and names of files.
digest() { sha256sum -- "$@" | sha256sum | cut -c 1-12; }
