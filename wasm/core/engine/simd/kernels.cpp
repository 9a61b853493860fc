// The kernels for one instruction set. This file is compiled once for each (wasm/CMakeLists.txt),
// with THORAXLITE_KERNELS naming the variable that it defines. It includes nothing that has inline
// functions with external linkage: the linker keeps one copy of those, and it may be the one that
// this processor cannot run.
#include "core/engine/simd/kernels.h"

#include "core/engine/simd/patch_kernel.h"
#include "core/engine/simd/stem_kernel.h"
#include "core/engine/simd/winograd_kernel.h"

namespace thoraxlite {

extern const Kernels THORAXLITE_KERNELS;
const Kernels THORAXLITE_KERNELS = {
#if defined(__wasm_relaxed_simd__)
    "relaxed SIMD",
#elif defined(__wasm_simd128__)
    "SIMD128",
#elif defined(__AVX512F__)
    "AVX-512",
#elif defined(__AVX2__)
    "AVX2",
#elif defined(__SSE2__)
    "SSE2",
#else
    "NEON",
#endif
    kLanes,         kChannelTile, kStemTiles,   kMicroRows,    kGroupsAtOnce,
    transform_stem, run_stem,     stem_scratch, run_winograd,  winograd_scratch,
    kMicroRows,     kPanel,       run_patches,  patch_scratch,
};

}  // namespace thoraxlite
