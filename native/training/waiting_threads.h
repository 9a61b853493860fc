// How OpenMP's threads wait for each other.
#pragma once

namespace thoraxlite {

// Lets them sleep while they wait. By default they spin, and where anything else runs on the same
// cores, an epoch so takes ten times as long. Whoever has set OMP_WAIT_POLICY, GOMP_SPINCOUNT or
// KMP_BLOCKTIME is obeyed.
// GCC's OpenMP reads its environment while the program is loaded, so the program is started again
// by this call, in the same process and with the same arguments; where the system does not let it,
// it goes on as it is. Call it first in main. argv: main's, ended by null.
void let_waiting_threads_sleep(char** argv);

}  // namespace thoraxlite
