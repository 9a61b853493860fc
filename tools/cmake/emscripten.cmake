# Toolchain file: an Emscripten of the user's (EMSDK, or emcc in PATH) if it is new enough,
# otherwise the pinned one that tools/setup has put into build/deps.
include_guard(GLOBAL)

# The first to speak relaxed SIMD as browsers ship it.
set(oldest 3.1.58)

# Sets `found` to the folder of that emcc if it is new enough.
function(consider emcc)
  if(found OR NOT EXISTS "${emcc}")
    return()
  endif()
  get_filename_component(emcc ${emcc} REALPATH)
  get_filename_component(folder ${emcc} DIRECTORY)
  # Debian's /usr/bin/emcc is a link to a wrapper beside the real one.
  if(NOT EXISTS ${folder}/cmake/Modules/Platform/Emscripten.cmake OR
     NOT EXISTS ${folder}/emscripten-version.txt)
    return()
  endif()
  file(READ ${folder}/emscripten-version.txt version)
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
  if(version VERSION_GREATER_EQUAL oldest)
    set(found ${folder} PARENT_SCOPE)
  else()
    message(STATUS "Passing over Emscripten ${version} in ${folder}: older than ${oldest}")
  endif()
endfunction()

set(found "")
if(DEFINED ENV{EMSDK})
  consider($ENV{EMSDK}/upstream/emscripten/emcc)
endif()
find_program(emcc_in_path emcc NO_CACHE)
consider("${emcc_in_path}")
consider(${CMAKE_CURRENT_LIST_DIR}/../../build/deps/emscripten/em-bin/emcc)
if(NOT found)
  message(FATAL_ERROR "No Emscripten of ${oldest} or later: run tools/setup first.")
endif()

# What runs the tests: Emscripten would take Debian's nodejs, which may be too old for relaxed SIMD.
find_program(NODE_JS_EXECUTABLE NAMES node nodejs)

set(EMSCRIPTEN_ROOT_PATH ${found})
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
