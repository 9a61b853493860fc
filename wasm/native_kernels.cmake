# Threads, and on x86 the kernels of the simd engine for wider vectors. Part of CMakeLists.txt.
find_package(Threads REQUIRED)
target_compile_definitions(thoraxlite_core PRIVATE THORAXLITE_THREADS)
target_link_libraries(thoraxlite_core PUBLIC Threads::Threads)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  return()
endif()

# add_kernels(NAME OPTION...): the same source once more; targets.cpp chooses when the program runs.
function(add_kernels name)
  add_library(thoraxlite_${name} OBJECT core/engine/simd/kernels.cpp)
  target_include_directories(thoraxlite_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(thoraxlite_${name} PRIVATE thoraxlite_options)
  target_compile_options(thoraxlite_${name} PRIVATE ${ARGN})
  target_compile_definitions(thoraxlite_${name} PRIVATE THORAXLITE_KERNELS=${name})
  target_sources(thoraxlite_core PRIVATE $<TARGET_OBJECTS:thoraxlite_${name}>)
endfunction()
add_kernels(kernels_avx2 -mavx2 -mfma)
# GCC 12 warns of its own header, where values are left open on purpose.
add_kernels(kernels_avx512 -mavx512f $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_compile_definitions(thoraxlite_core PRIVATE THORAXLITE_X86_KERNELS)
