# shellcheck shell=bash
# Sourced by tools/setup: Debian packages, with root, with sudo, or with neither.

# In AS_ROOT, what to put before a command to run it as root; fails if that cannot be.
as_root() {
  AS_ROOT=()
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || return 1
  # Someone at a terminal can be asked for a password; nobody else can.
  sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ] && sudo -v; } || return 1
  # Apt obeys a proxy that stands in the environment, which sudo would drop.
  AS_ROOT=(sudo "--preserve-env=http_proxy,https_proxy,ftp_proxy,no_proxy")
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "there is no apt-get here to install ${missing[*]}; Debian 12 or 13 is needed."
  if as_root; then
    step "fetching Debian's package lists"
    quietly "$CACHE/apt-update.log" "${AS_ROOT[@]}" apt-get -q update ||
      apt_failed "the package lists could not be fetched"
    say_cost apt-get "${missing[@]}"
    printf '%s\n' "${missing[@]}" >>"$CACHE/installed-packages" # for whoever wants to be rid of them
    quietly "$CACHE/apt.log" "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -q -y -o Dpkg::Use-Pty=0 ${CI:+-o Dpkg::Options::=--force-unsafe-io} \
      install --no-install-recommends "${missing[@]}" ||
      apt_failed "the packages could not be installed"
  else
    unpack_packages "${missing[@]}"
  fi
}

# say_cost APT PACKAGE...: what apt is about to fetch and to take, in its own figures.
say_cost() {
  local apt=$1
  shift
  step "installing $*, and what these need:"
  LC_ALL=C "$apt" --assume-no -q install --no-install-recommends "$@" 2>/dev/null |
    sed -n 's/^\(Need to get .*\|After this operation.*\)$/           \1/p' || true
}

# A failed update is only a warning to apt, so its log may hold the cause of a failed install.
apt_failed() {
  grep -hE '^(E|W|Err)' "$CACHE"/apt*.log | tail -n 5 >&2
  die "$1; is the network there? Details are in $CACHE/apt.log."
}

# apt-get as nobody in particular: the machine's sources and its list of what is installed, but
# lists and archives of our own.
own_apt() {
  apt-get -q -y -o Debug::NoLocking=true -o Dir::State::Lists="$CACHE/apt/lists" \
    -o Dir::Cache="$CACHE/apt/cache" -o APT::Get::List-Cleanup=false "$@"
}

# Neither root nor sudo: apt resolves what is missing, and it is unpacked into the cache. No
# package's own scripts run; what the builds need of their work is done in finish_unpacked.
unpack_packages() {
  local system work deb
  unshare --user --map-current-user true 2>/dev/null ||
    die "$# Debian packages are missing ($*); there is neither root nor sudo to install them," \
      "and this kernel lets no user make namespaces, which is how they would be used without."
  system=$(unpacked_system)
  work=$system.part
  rm -rf "$work"
  mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial" "$work/usr" "$work/etc"
  step "neither root nor sudo: packages will be unpacked below $CACHE; fetching Debian's lists"
  quietly "$CACHE/apt-update.log" own_apt update || apt_failed "the package lists could not be fetched"
  say_cost own_apt "$@"
  quietly "$CACHE/apt.log" own_apt install --download-only --no-install-recommends "$@" ||
    apt_failed "the packages could not be fetched"
  step "unpacking them"
  for deb in "$CACHE"/apt/cache/archives/*.deb; do dpkg-deb -x "$deb" "$work"; done
  finish_unpacked "$work"
  rm -rf "$CACHE/apt"
  mv "$work" "$system"
}

finish_unpacked() {
  local folder library
  # Debian 12's packages may still carry /lib beside /usr/lib; both are one folder.
  for folder in bin sbin lib lib64; do
    [ ! -d "$1/$folder" ] || { mkdir -p "$1/usr/$folder" && cp -a "$1/$folder/." "$1/usr/$folder"; }
  done
  [ -e "$1/usr/bin/c++" ] || [ ! -e "$1/usr/bin/g++" ] || ln -s g++ "$1/usr/bin/c++"
  [ -e "$1/usr/bin/cc" ] || [ ! -e "$1/usr/bin/gcc" ] || ln -s gcc "$1/usr/bin/cc"
  for library in blas lapack; do
    folder=$1/usr/lib/$(uname -m)-linux-gnu
    [ ! -e "$folder/$library/lib$library.so.3" ] || [ -e "$folder/lib$library.so.3" ] ||
      ln -s "$library/lib$library.so.3" "$folder"
  done
  if [ -d "$1/usr/share/ca-certificates/mozilla" ]; then
    mkdir -p "$1/etc/ssl/certs"
    # What the machine trusts already, a company's proxy perhaps, stays trusted.
    cat "$1"/usr/share/ca-certificates/mozilla/*.crt >"$1/etc/ssl/certs/ca-certificates.crt"
    [ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
      cat /etc/ssl/certs/ca-certificates.crt >>"$1/etc/ssl/certs/ca-certificates.crt"
  fi
}
