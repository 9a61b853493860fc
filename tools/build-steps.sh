# shellcheck shell=bash
# Sourced by tools/run and tools/test: the builds, which both share and both reuse.

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  step "building: $preset"
  # The preset's own cache is kept, so a second configure costs nothing but a look.
  quietly "$ROOT/build/configure-$preset.log" cmake --preset "$preset" ||
    { tail -n 15 "$ROOT/build/configure-$preset.log" >&2 && die "configuring $preset failed."; }
  cmake --build --preset "$preset" ${1:+--target "$@"}
}
