# XNNPACK's own CMake project, told where its dependencies lie and what to leave out.

set(CPUINFO_SOURCE_DIR ${sources}/cpuinfo)
set(FP16_SOURCE_DIR ${sources}/fp16)
set(FXDIV_SOURCE_DIR ${sources}/fxdiv)
set(PTHREADPOOL_SOURCE_DIR ${sources}/pthreadpool)

set(XNNPACK_LIBRARY_TYPE static)
set(CPUINFO_LIBRARY_TYPE static CACHE STRING "")
set(CPUINFO_BUILD_PKG_CONFIG OFF CACHE BOOL "")
set(PTHREADPOOL_LIBRARY_TYPE static CACHE STRING "")
foreach(part TESTS BENCHMARKS ALL_MICROKERNELS)
  set(XNNPACK_BUILD_${part} OFF)
endforeach()
foreach(family ARM_FP16_SCALAR ARM_FP16_VECTOR ARM_BF16 ARM_DOTPROD ARM_I8MM ARM_SME ARM_SME2 KLEIDIAI
        AVXVNNI AVXVNNIINT8 AVX256SKX AVX256VNNI AVX256VNNIGFNI
        AVX512VBMI AVX512VNNI AVX512VNNIGFNI AVX512AMX AVX512FP16)
  set(XNNPACK_ENABLE_${family} OFF)
endforeach()

add_compile_options(-w)
add_subdirectory(${xnnpack_source} ${PROJECT_BINARY_DIR}/xnnpack EXCLUDE_FROM_ALL)
compile_in_batches(microkernels-prod)
