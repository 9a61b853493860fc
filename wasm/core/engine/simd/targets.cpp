#include "core/engine/simd/targets.h"

namespace thoraxlite {

extern const Kernels kernels_base;
#ifdef THORAXLITE_X86_KERNELS
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;
#endif

std::vector<const Kernels*> kernels_of_this_processor() {
  std::vector<const Kernels*> kernels;
#ifdef THORAXLITE_X86_KERNELS
  if (__builtin_cpu_supports("avx512f")) kernels.push_back(&kernels_avx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    kernels.push_back(&kernels_avx2);
  }
#endif
  kernels.push_back(&kernels_base);
  return kernels;
}

}  // namespace thoraxlite
