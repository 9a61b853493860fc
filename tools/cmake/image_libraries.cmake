# libdeflate, decoding only, as objects that the core takes in, and libjpeg-turbo, which only tests link:
# they hold the core's own decoder to it. They are a few seconds of compiling, so each build tree has its
# own, with its own sanitizers and instructions.
set(jpeg_source ${deps}/src/libjpeg-turbo)
set(jpeg_parts
  jcapimin jcapistd jccoefct jccolor jcdctmgr jchuff jcinit jcmainct jcmarker jcmaster jcomapi jcparam
  jcphuff jcprepct jcsample jdapimin jdapistd jdatasrc jdcoefct jdhuff jdinput jdmarker jdmaster jdphuff
  jfdctflt jfdctfst jfdctint jidctint jmemmgr jmemnobs jsimd_none jutils)
list(TRANSFORM jpeg_parts REPLACE "(.+)" ${jpeg_source}/\\1.c)
add_library(deps_jpeg OBJECT EXCLUDE_FROM_ALL ${jpeg_parts})
target_include_directories(deps_jpeg SYSTEM PUBLIC
  ${CMAKE_CURRENT_LIST_DIR}/libjpeg ${jpeg_source})
target_compile_options(deps_jpeg PRIVATE -w -include ${CMAKE_CURRENT_LIST_DIR}/libjpeg/switches.h)
add_library(deps::jpeg ALIAS deps_jpeg)

set(deflate_source ${deps}/src/libdeflate)
add_library(deps_deflate OBJECT
  ${deflate_source}/lib/adler32.c
  ${deflate_source}/lib/arm/cpu_features.c
  ${deflate_source}/lib/deflate_decompress.c
  ${deflate_source}/lib/utils.c
  ${deflate_source}/lib/x86/cpu_features.c
  ${deflate_source}/lib/zlib_decompress.c)
target_include_directories(deps_deflate SYSTEM PUBLIC ${deflate_source})
target_compile_options(deps_deflate PRIVATE -w)
add_library(deps::deflate ALIAS deps_deflate)

foreach(library deps_jpeg deps_deflate)
  # Hidden: libraries that a program loads may bring a libjpeg of their own.
  set_target_properties(${library} PROPERTIES C_STANDARD 99 C_EXTENSIONS ON
    C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  if(EMSCRIPTEN)
    target_compile_options(${library} PRIVATE -msimd128)
  endif()
endforeach()
if(EMSCRIPTEN)
  set_source_files_properties(${deflate_source}/lib/deflate_decompress.c PROPERTIES COMPILE_OPTIONS
    "-O2;-include;${CMAKE_CURRENT_LIST_DIR}/libdeflate/wide_words.h")
endif()
