#!/usr/bin/env bash
# Two processes on this machine's loopback address: they must train as one process does, and end
# with a sentence when something is wrong, never hang.
#   parallel_test.sh PARALLEL_WORKER
set -euo pipefail
worker=$1
folder=$(mktemp -d)
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
# Both share this machine's cores.
export OMP_NUM_THREADS=1
unset RANK WORLD_SIZE LOCAL_RANK LOCAL_WORLD_SIZE MASTER_ADDR MASTER_PORT
unset TORCHELASTIC_USE_AGENT_STORE TORCHELASTIC_RESTART_COUNT GLOO_SOCKET_IFNAME

fail() { echo "parallel_test: $*" >&2; exit 1; }

# process RANK SIZE TASK [TIMEOUT_MS]: output in $folder/RANK, its end as that of this function.
process() {
  timeout -s KILL 120 env RANK="$1" LOCAL_RANK="$1" WORLD_SIZE="$2" MASTER_ADDR=127.0.0.1 \
    MASTER_PORT="$port" "$worker" "$3" "${4:-60000}" >"$folder/$1" 2>&1
}

# two TASK [TIMEOUT_MS]: the exit codes of rank 0 and rank 1 in $codes.
two() {
  local first second code0=0 code1=0
  port=$("$worker" port)
  process 0 2 "$@" & first=$!
  process 1 2 "$@" & second=$!
  wait $first || code0=$?
  # The one that stopped itself has left its process id.
  [ "$1" != silence ] || kill -KILL "$(cat "$folder/1")"
  wait $second 2>/dev/null || code1=$?
  codes="$code0 $code1"
}

both_succeed() {
  two "$@"
  [ "$codes" = "0 0" ] || fail "$1: exit codes $codes: $(cat "$folder/0" "$folder/1")"
}

says() { grep -q -- "$2" "$folder/$1" || fail "no '$2' from process $1: $(cat "$folder/$1")"; }

# refused TEXT VARIABLE=VALUE...: one process, with this environment.
refused() {
  local text=$1
  shift
  if timeout 60 env "$@" "$worker" join 60000 >"$folder/0" 2>&1; then fail "$*: not refused"; fi
  says 0 "$text"
}

refused "WORLD_SIZE is 'two'; expected a whole number from 1" WORLD_SIZE=two
refused 'WORLD_SIZE is not set' RANK=1
refused 'RANK is not set' WORLD_SIZE=2
refused "RANK is '2'; expected a whole number from 0 to 1" WORLD_SIZE=2 RANK=2
refused 'LOCAL_RANK is not set' WORLD_SIZE=2 RANK=1
refused 'MASTER_ADDR is not set' WORLD_SIZE=2 RANK=1 LOCAL_RANK=1
refused "MASTER_PORT is '65536'" WORLD_SIZE=2 RANK=1 LOCAL_RANK=1 MASTER_ADDR=127.0.0.1 \
  MASTER_PORT=65536
env WORLD_SIZE=1 "$worker" same-as-one 1000 2>"$folder/0" && fail "one process has its own part only"
says 0 'the test shows nothing'
env WORLD_SIZE=1 "$worker" join 1000 || fail "one process does not work alone"

port=$("$worker" port)
if process 0 2 join 1000; then fail "a process went on alone"; fi
if grep -q 'this build trains with one process only' "$folder/0"; then
  echo "parallel_test: skipped after the environment: this LibTorch has no Gloo"
  exit 77
fi
says 0 "process 0 of 2 did not meet the others at 127.0.0.1:$port within 1 s"

both_succeed same-as-one
both_succeed buffers
both_succeed shards
says 0 'rank 0, 11 by 4: 0 1 4 5$'
says 1 'rank 1, 11 by 4: 2 3 6 7$'
says 0 'rank 0, 3 by 4: 0$'
says 1 'rank 1, 3 by 4: 1$'

two uneven
[ "$codes" = "1 1" ] || fail "a batch of 9 was split between two: $codes"
says 0 'a batch of 9 images cannot be split evenly among 2 processes'
two two-sizes
[ "$codes" = "1 1" ] || fail "networks of two sizes were trained together: $codes"
says 1 'process 1 has a network of'
two death
[ "$codes" = "1 137" ] || fail "exit codes $codes after a process was killed: $(cat "$folder/0")"
says 0 'process 0 of 2, waiting for the others: another process has ended'
two silence 2000
[ "${codes% *}" = 1 ] || fail "exit codes $codes with a process that stopped: $(cat "$folder/0")"
says 0 'has not answered within 2 s'

# torchrun opens the meeting point itself. Debian 12's does not work without a redirection; Debian 13's
# cannot open one, since it asks for libuv, which its PyTorch was built without.
store='import torch.distributed as d, torch.distributed.run; d.TCPStore("127.0.0.1", 0, 1, True)'
if /usr/bin/python3 -c "$store" 2>/dev/null; then
  timeout -s KILL 120 /usr/bin/python3 -m torch.distributed.run --no_python --nnodes 1 \
    --nproc_per_node 2 --redirects 1 --tee 1 --log_dir "$folder" --master_addr 127.0.0.1 \
    --master_port "$("$worker" port)" "$worker" same-as-one 60000 >"$folder/0" 2>&1 ||
    fail "torchrun: $(cat "$folder/0")"
else
  echo "parallel_test: without torchrun, which is not on this machine, or opens no store"
fi
echo "parallel_test: passed"
