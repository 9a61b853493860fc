# XNNPACK_VARIANT names one build of XNNPACK: where it runs and which compiler made it, since
# build/deps may be shared by several.
string(REGEX MATCH "^[0-9]+" XNNPACK_VARIANT "${CMAKE_CXX_COMPILER_VERSION}")
if(EMSCRIPTEN)
  set(XNNPACK_VARIANT wasm-${EMSCRIPTEN_VERSION})
else()
  set(XNNPACK_VARIANT native-${CMAKE_CXX_COMPILER_ID}-${XNNPACK_VARIANT})
endif()
