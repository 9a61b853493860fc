#!/usr/bin/env bash
# That OpenMP's threads sleep while they wait, as GCC's OpenMP itself says, unless the user wants
# otherwise; and that arguments survive.
#   waiting_threads_test.sh CXR_DISTILL
set -euo pipefail
distill=$1
unset OMP_WAIT_POLICY GOMP_SPINCOUNT KMP_BLOCKTIME
fail() { echo "waiting_threads_test: $*" >&2; exit 1; }

# How often a thread looks before it sleeps, in the process that answers.
spins() {
  env OMP_DISPLAY_ENV=verbose "$@" "$distill" --version 2>&1 >/dev/null |
    sed -n "s/.*GOMP_SPINCOUNT *= *'\(.*\)'.*/\1/p" | tail -1
}

if [ -z "$(spins A=1)" ]; then
  echo "waiting_threads_test: skipped: this LibTorch has another OpenMP than GCC's"
  exit 77
fi
[ "$(spins A=1)" = 0 ] || fail "threads look $(spins A=1) times before they sleep"
[ "$(spins WORLD_SIZE=2 RANK=1 LOCAL_RANK=1)" = 0 ] || fail "one of several processes spins"
[ "$(spins GOMP_SPINCOUNT=1234)" = 1234 ] || fail "GOMP_SPINCOUNT was not obeyed"
[ "$(spins OMP_WAIT_POLICY=active)" != 0 ] || fail "OMP_WAIT_POLICY=active was not obeyed"

said=$("$distill" student --data 'no such folder, "quoted"' --run /nowhere/run 2>&1) && fail "no data, and no error"
[[ $said == *'no such folder, "quoted": '* ]] || fail "an argument was lost: $said"
echo "waiting_threads_test: passed"
