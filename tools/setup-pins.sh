# shellcheck shell=bash
# Sourced by tools/setup: the dependency prefix, made from tools/pins.txt.
# Downloads go by apt's own downloader, so proxies set for apt hold here too.

DEBIAN=http://deb.debian.org/debian
SNAPSHOT=http://snapshot.debian.org/archive/debian

# The mirrors of Debian that this machine's apt is set to, then Debian's own. A mirror holds the files of
# all releases in one pool, so that one of Debian 12 has what is pinned of 13.
mirrors() {
  {
    apt-get -o Debug::NoLocking=true --print-uris update 2>/dev/null |
      sed -n "s:^'\\(http[^']*\\)/dists/$(. /etc/os-release && say "$VERSION_CODENAME")/InRelease'.*:\\1:p" || true
    say "$DEBIAN"
  } | awk '!seen[$0]++'
}

# The pins for this machine, as "kind name version sha256 path" lines.
pins() { awk -v a="$(architecture)" '/^[a-z]/ && ($2 == "all" || $2 == a) {print $1, $3, $4, $5, $6}' "$PINS"; }

has_sha256() { [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; }

# download URL FILE SHA256: a partial file stays, so that the next run goes on from there.
download() {
  quietly "$CACHE/download.log" /usr/lib/apt/apt-helper -q -o Acquire::Retries=3 \
    -o APT::Sandbox::User=root download-file "$1" "$2" "SHA256:$3" >&2
}

# apt-get with lists, state and sources of its own (Debian 13), so the system's stay as they are.
private_apt() {
  local home=$CACHE/apt-trixie
  mkdir -p "$home/lists/partial" "$home/cache/archives/partial"
  : >"$home/status"
  printf 'deb [signed-by=%s] %s trixie main\n' \
    /usr/share/keyrings/debian-archive-keyring.gpg "${MIRRORS[0]}" >"$home/sources.list"
  local tool=$1
  shift
  "$tool" -q -o Dir::Etc::SourceList="$home/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::PreferencesParts=/dev/null -o Dir::State::Lists="$home/lists" \
    -o Dir::State::Status="$home/status" -o Dir::Cache="$home/cache" \
    -o Debug::NoLocking=true -o APT::Sandbox::User=root "$@"
}

# fetch_newer NAME: prints the file of the newest NAME in Debian 13, or fails.
fetch_newer() {
  quietly "$CACHE/download.log" private_apt apt-get update >&2 || return 1
  local shown path sha
  shown=$(private_apt apt-cache show --no-all-versions "$1" 2>/dev/null) || return 1
  path=$(awk '/^Filename:/ {print $2}' <<<"$shown")
  sha=$(awk '/^SHA256:/ {print $2}' <<<"$shown")
  [ -n "$path" ] && [ -n "$sha" ] || return 1
  local file=$CACHE/downloads/${path##*/}
  has_sha256 "$file" "$sha" || download "${MIRRORS[0]}/$path" "$file" "$sha" || return 1
  say "$file"
}

# from_mirrors FILE SHA256 PATH
from_mirrors() {
  local mirror
  for mirror in "${MIRRORS[@]}"; do
    ! download "$mirror/$3" "$1" "$2" || return 0
  done
  return 1
}

# fetch KIND NAME VERSION SHA256 PATH: prints the file, checked, or fails.
fetch() {
  local kind=$1 name=$2 version=$3 sha=$4 path=$5
  local file=$CACHE/downloads/${path##*/} date newer
  if ! has_sha256 "$file" "$sha"; then
    step "fetching $name $version" >&2
    if from_mirrors "$file" "$sha" "$path"; then
      :
    elif [[ $kind = runtime || $kind = licence ]] && newer=$(fetch_newer "$name"); then
      step "Debian has replaced $name $version: taking ${newer##*/}, verified by its signature" >&2
      file=$newer
    else
      date=$(awk '/^# snapshot/ {print $3}' "$PINS")
      download "$SNAPSHOT/$date/$path" "$file" "$sha" || return 1
    fi
  fi
  say "$file"
}

# Only what is used: link-time-optimised and shared variants of the system libraries are 1.2 GB.
unpack_wasm() {
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --exclude='./usr/share/doc' \
    --exclude='./usr/share/emscripten/test' --exclude='./usr/share/emscripten/cache/*/lto*' \
    --exclude='./usr/share/emscripten/cache/*/pic' --exclude='./usr/share/man'
}

# A package's notice, to doc/PACKAGE/copyright: it goes into every copy of what it is linked into.
unpack_copyright() {
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --strip-components=3 --wildcards './usr/share/doc/*/copyright'
}

# configure_emscripten UNPACKED FINAL: em-bin with emcc and the rest, at home in FINAL.
# Binaryen is built for Debian 13; on Debian 12 it runs with the C and C++ runtime beside it.
configure_emscripten() {
  local here=$1 final=$2 home=$1/usr/share/emscripten tool loader
  loader=$(cd "$here" && find . -name 'ld-linux-*.so.*' | head -n 1)
  [ -n "$loader" ] || die "the pinned libc6 has no dynamic loader; has Debian moved it?"
  mkdir -p "$here/binaryen/bin"
  for tool in "$here"/usr/bin/wasm*; do
    printf '#!/bin/sh\nexec %q --library-path %q %q "$@"\n' "$final/$loader" \
      "$final/usr/lib/$(uname -m)-linux-gnu" "$final/usr/bin/${tool##*/}" \
      >"$here/binaryen/bin/${tool##*/}"
  done
  chmod +x "$here"/binaryen/bin/*
  # acorn is imported as an ES module: node looks for it in node_modules of a parent folder only.
  ln -sfn nodejs "$here/usr/share/node_modules"
  ln -sfn usr/share/emscripten "$here/em-bin"
  cat >"$home/.emscripten" <<EOF
import shutil
LLVM_ROOT = '/usr/lib/llvm-19/bin'
BINARYEN_ROOT = '$final/binaryen'
NODE_JS = shutil.which('node') or '/usr/bin/node'
FROZEN_CACHE = True
EOF
}

# Some tarballs have one folder at the top, some have not.
unpack_source() {
  mkdir "$2" "$2.part"
  tar -x -C "$2.part" -f "$1"
  local top=("$2.part"/*)
  [ ${#top[@]} -gt 1 ] || top=("${top[0]}"/*)
  mv "${top[@]}" "$2"
  rm -rf "$2.part"
}

# unpack KIND NAME FILE FOLDER
unpack() {
  case $1 in
    include)
      dpkg-deb --fsys-tarfile "$3" | tar -x -C "$4" --strip-components=2 ./usr/include
      unpack_copyright "$3" "$4"
      ;;
    licence) unpack_copyright "$3" "$4" ;;
    source) unpack_source "$3" "$4/src/$2" ;;
    wasm)
      unpack_wasm "$3" "$4/emscripten"
      unpack_copyright "$3" "$4"
      ;;
    runtime) unpack_wasm "$3" "$4/emscripten" ;;
    *) die "$PINS: unknown kind $1." ;;
  esac
}

# make_prefix FINAL: all pinned files unpacked at FINAL; FINAL appears only when it is whole.
make_prefix() {
  local final=$1 work=$1.$$.part kind name version sha path file missing
  local -A unpacked
  mapfile -t MIRRORS < <(mirrors)
  rm -rf "$1".*.part
  mkdir -p "$CACHE/downloads" "$work/include" "$work/src" "$work/emscripten"
  while read -r kind name version sha path; do
    [ -z "${unpacked[$name]:-}" ] || continue
    if file=$(fetch "$kind" "$name" "$version" "$sha" "$path"); then
      [ "$name" != emscripten ] || step "unpacking Emscripten"
      unpack "$kind" "$name" "$file" "$work"
      unpacked[$name]=1
    fi
  done < <(pins)
  missing=$(pins | while read -r kind name _; do [ "${unpacked[$name]:-}" ] || say "$name"; done | sort -u)
  [ -z "$missing" ] || die "could not fetch ${missing//$'\n'/, } with the pinned SHA-256, neither from" \
    "${MIRRORS[*]} nor from $SNAPSHOT; is the network there? Details are in $CACHE/download.log." \
    "What has come stays: the same command goes on from here."
  configure_emscripten "$work/emscripten" "$final/emscripten"
  mv "$work" "$final"
}
