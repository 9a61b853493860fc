# XNNPACK's own CMake project does not know Emscripten: its source lists, our targets.

include(${xnnpack_source}/cmake/gen/scalar_microkernels.cmake)
include(${xnnpack_source}/cmake/gen/wasm_microkernels.cmake)
include(${xnnpack_source}/cmake/gen/wasmsimd_microkernels.cmake)
include(${xnnpack_source}/cmake/gen/wasmrelaxedsimd_microkernels.cmake)
set(microkernels ${PROD_SCALAR_MICROKERNEL_SRCS} ${PROD_WASM_MICROKERNEL_SRCS}
  ${PROD_WASMSIMD_MICROKERNEL_SRCS})

file(READ ${xnnpack_source}/CMakeLists.txt listing)

# Sources named in SET(name ...), ADD_LIBRARY(name OBJECT ...) of XNNPACK's CMakeLists.txt.
set(core "")
foreach(list OPERATOR_SRCS REFERENCE_SRCS SUBGRAPH_SRCS LOGGING_SRCS XNNPACK_SRCS TABLE_SRCS)
  string(REGEX MATCH "SET\\(${list}[ \n]+([^)]*)\\)" found "${listing}")
  if(NOT found)
    message(FATAL_ERROR "${xnnpack_source}/CMakeLists.txt has no list ${list}: a version of XNNPACK "
      "that this build does not know; the pinned one is in tools/pins.txt.")
  endif()
  string(REGEX MATCHALL "src/[a-z0-9/-]+\\.cc?" files "${CMAKE_MATCH_1}")
  list(APPEND core ${files})
endforeach()
string(REGEX MATCHALL "ADD_LIBRARY\\([a-z-]+ OBJECT src/[a-z0-9/-]+\\.cc?\\)" objects "${listing}")
string(REGEX MATCHALL "src/[a-z0-9/-]+\\.cc?" objects "${objects}")
list(APPEND core ${objects})

# Every switch must be defined. Half floats, sparse graphs and other processors are off.
string(REGEX MATCHALL "XNN_ENABLE_[A-Z0-9_]+=" switches "${listing}")
list(REMOVE_DUPLICATES switches)
list(TRANSFORM switches APPEND 0)
list(TRANSFORM switches REPLACE "_(MEMOPT|GEMM_M_SPECIALIZATION)=0" "_\\1=1")

# The identifier only keeps XNNPACK's own weight caches apart; we keep none.
set(generated ${PROJECT_BINARY_DIR}/generated)
file(WRITE ${generated}/build_identifier.c [[
#include <stdbool.h>
#include <stddef.h>
size_t xnn_experimental_get_build_identifier_size() { return 0; }
const void* xnn_experimental_get_build_identifier_data() { return NULL; }
bool xnn_experimental_check_build_identifier(const void* data, size_t size) { return size == 0; }
]])
# Two WebAssembly kernels include the ARM header by mistake.
file(WRITE ${generated}/arm_neon.h "#include <wasm_simd128.h>\n")
# XNNPACK asks the browser for the number of cores, and takes a processor with more than four for one with
# AVX, whose kernels load a value into all lanes. Those with fewer have AVX as well, but for some that were
# not measured here, and run a fifth quicker by them; without the question both builds have the same script.
file(WRITE ${generated}/emscripten.h [[
#include_next <emscripten.h>
#undef EM_JS
#define EM_JS(...) static int hardware_concurrency(void) { return 8; }
]])

list(TRANSFORM core PREPEND ${xnnpack_source}/)

# add_xnnpack(TARGET FLAGS MICROKERNEL...): its other sources choose among the micro-kernels by the
# instructions that they are compiled for.
function(add_xnnpack target flags)
  list(REMOVE_DUPLICATES ARGN)
  list(TRANSFORM ARGN PREPEND ${xnnpack_source}/)
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${core} ${ARGN} ${generated}/build_identifier.c)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_FLAGS "-fno-math-errno")
  compile_in_batches(${target})
  target_include_directories(${target} PRIVATE ${generated} ${xnnpack_source}/include
    ${xnnpack_source}/src ${xnnpack_source} ${sources}/fp16/include ${sources}/fxdiv/include
    ${sources}/pthreadpool/include)
  target_compile_options(${target} PRIVATE ${flags} -O2 -w)
  target_compile_definitions(${target} PRIVATE XNN_LOG_LEVEL=0 ${switches})
  set_target_properties(${target} PROPERTIES C_STANDARD 99 C_EXTENSIONS ON CXX_STANDARD 14)
endfunction()

add_xnnpack(XNNPACK -msimd128 ${microkernels})
add_xnnpack(XNNPACK_relaxed "-msimd128;-mrelaxed-simd"
  ${microkernels} ${PROD_WASMRELAXEDSIMD_MICROKERNEL_SRCS})

# One thread: a page opened from disk is not cross-origin isolated and gets no more.
add_library(pthreadpool STATIC EXCLUDE_FROM_ALL
  ${sources}/pthreadpool/src/legacy-api.c ${sources}/pthreadpool/src/shim.c)
target_include_directories(pthreadpool PRIVATE ${sources}/pthreadpool/include
  ${sources}/pthreadpool/src ${sources}/fxdiv/include)
target_compile_options(pthreadpool PRIVATE -msimd128 -O2 -w)
set_target_properties(pthreadpool PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
