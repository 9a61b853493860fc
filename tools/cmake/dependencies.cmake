# What our targets may link, all of it brought by tools/setup into build/deps:
#   deps::headers  header-only libraries: Eigen, stb, nlohmann-json, tl::expected, doctest
#   deps::cli11    CLI11
#   deps::xnnpack  XNNPACK with its thread pool, for the compiler at hand, and
#   deps::xnnpack_relaxed  as WebAssembly the same for relaxed SIMD, to be linked before it
#   deps::deflate  libdeflate's decoder, and
#   deps::jpeg     libjpeg-turbo, for tests only, as objects
#   deps::charls   CharLS, and
#   deps::openjpeg OpenJPEG's decoder, natively
#   TORCH_FOUND    whether LibTorch is there (option THORAXLITE_TORCH); then find_package has run

set(THORAXLITE_TORCH AUTO CACHE STRING "LibTorch, needed for training only: AUTO, ON or OFF")
set_property(CACHE THORAXLITE_TORCH PROPERTY STRINGS AUTO ON OFF)
set(XNNPACK_SOURCE_DIR "" CACHE PATH "An XNNPACK checkout to build instead of the pinned one")

set(deps ${PROJECT_SOURCE_DIR}/build/deps)
if(NOT EXISTS ${deps}/include/eigen3 OR NOT EXISTS ${deps}/src/openjpeg)
  message(FATAL_ERROR "build/deps is missing or old: run tools/setup first.")
endif()

add_library(deps_headers INTERFACE)
target_include_directories(deps_headers SYSTEM INTERFACE ${deps}/include ${deps}/include/eigen3)
add_library(deps::headers ALIAS deps_headers)

# CLI11 would be compiled anew for every program; its own half takes longer than any of them. What a
# sanitizer is to find is in ours.
file(GLOB cli11 RELATIVE ${deps}/include ${deps}/include/CLI/impl/*_inl.hpp)
list(TRANSFORM cli11 REPLACE "(.+)" "#include <\\1>\n")
string(JOIN "" cli11 ${cli11})
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/cli11.cpp CONTENT "${cli11}" @ONLY)
add_library(deps_cli11 STATIC EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/cli11.cpp)
target_compile_definitions(deps_cli11 PUBLIC CLI11_COMPILE)
target_compile_options(deps_cli11 PRIVATE -O1 -fno-sanitize=all)
target_link_libraries(deps_cli11 PUBLIC deps::headers)
add_library(deps::cli11 ALIAS deps_cli11)

include(${CMAKE_CURRENT_LIST_DIR}/image_libraries.cmake)
if(NOT EMSCRIPTEN)
  include(${CMAKE_CURRENT_LIST_DIR}/dicom_libraries.cmake)
endif()

include(${CMAKE_CURRENT_LIST_DIR}/xnnpack/variant.cmake)
set(xnnpack_built ${deps}/xnnpack/${XNNPACK_VARIANT})
# XNNPACK's own project() leaves its folder in this variable, also when it is the pinned one.
if((NOT XNNPACK_SOURCE_DIR OR XNNPACK_SOURCE_DIR STREQUAL ${deps}/src/xnnpack) AND
   EXISTS ${xnnpack_built})
  add_library(deps_xnnpack INTERFACE)
  target_include_directories(deps_xnnpack SYSTEM INTERFACE ${xnnpack_built}/include)
  file(STRINGS ${xnnpack_built}/link-order xnnpack_libraries)
  list(TRANSFORM xnnpack_libraries PREPEND ${xnnpack_built}/lib/)
  target_link_libraries(deps_xnnpack INTERFACE ${xnnpack_libraries})
  if(NOT EMSCRIPTEN)
    find_package(Threads REQUIRED)
    target_link_libraries(deps_xnnpack INTERFACE Threads::Threads m)
  endif()
  set(xnnpack_relaxed ${xnnpack_built}/lib/libXNNPACK_relaxed.a)
else()
  # An own checkout, or a compiler that tools/setup has not built for: several minutes, once.
  message(STATUS "XNNPACK (${XNNPACK_VARIANT}) will be built in this build tree")
  add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/xnnpack xnnpack EXCLUDE_FROM_ALL)
  add_library(deps_xnnpack INTERFACE)
  target_link_libraries(deps_xnnpack INTERFACE thoraxlite_xnnpack)
  set(xnnpack_relaxed XNNPACK_relaxed)
endif()
if(EMSCRIPTEN)
  add_library(deps_xnnpack_relaxed INTERFACE)
  target_link_libraries(deps_xnnpack_relaxed INTERFACE ${xnnpack_relaxed})
  add_library(deps::xnnpack_relaxed ALIAS deps_xnnpack_relaxed)
else()
  # Debian's LibTorch loads an older XNNPACK of its own, and must not be given our symbols.
  target_link_options(deps_xnnpack INTERFACE
    LINKER:--exclude-libs,libXNNPACK.a:libmicrokernels-prod.a:libpthreadpool.a:libcpuinfo.a)
endif()
add_library(deps::xnnpack ALIAS deps_xnnpack)

set(TORCH_FOUND FALSE)
if(NOT EMSCRIPTEN AND NOT THORAXLITE_TORCH STREQUAL "OFF")
  find_package(Torch QUIET)
  if(NOT TORCH_FOUND AND THORAXLITE_TORCH STREQUAL "ON")
    message(FATAL_ERROR "THORAXLITE_TORCH is ON, but LibTorch was not found: install libtorch-dev "
      "or point CMAKE_PREFIX_PATH at an unpacked LibTorch or a pip-installed torch.")
  elseif(NOT TORCH_FOUND)
    message(STATUS "LibTorch was not found: everything but training will be built")
  elseif(Torch_VERSION VERSION_GREATER_EQUAL 2.12)
    set(CMAKE_CXX_STANDARD 20)  # its headers want it; ours is C++17
  endif()
endif()
