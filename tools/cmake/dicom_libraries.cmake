# CharLS and OpenJPEG, for the frames of DICOM files. Built in each build tree, with its own sanitizers;
# in the page their WebAssembly builds of npm do the same.
set(charls_source ${deps}/src/charls)
add_library(deps_charls STATIC EXCLUDE_FROM_ALL
  ${charls_source}/src/charls_jpegls_decoder.cpp
  ${charls_source}/src/jpeg_stream_reader.cpp
  ${charls_source}/src/jpegls.cpp
  ${charls_source}/src/jpegls_error.cpp
  ${charls_source}/src/validate_spiff_header.cpp
  ${charls_source}/src/version.cpp)
target_include_directories(deps_charls SYSTEM PUBLIC ${charls_source}/include)
target_compile_definitions(deps_charls PUBLIC CHARLS_STATIC PRIVATE CHARLS_LIBRARY_BUILD)
add_library(deps::charls ALIAS deps_charls)

set(openjpeg_source ${deps}/src/openjpeg/src/lib/openjp2)
set(openjpeg_files bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg
  opj_clock opj_malloc pi sparse_array t1 t2 tcd tgt thread)
list(TRANSFORM openjpeg_files REPLACE "(.+)" ${openjpeg_source}/\\1.c)
add_library(deps_openjpeg STATIC EXCLUDE_FROM_ALL ${openjpeg_files})
target_include_directories(deps_openjpeg SYSTEM PUBLIC
  ${openjpeg_source} ${CMAKE_CURRENT_LIST_DIR}/openjpeg)
target_compile_definitions(deps_openjpeg PUBLIC OPJ_STATIC)
target_link_libraries(deps_openjpeg PUBLIC m)
add_library(deps::openjpeg ALIAS deps_openjpeg)

# Others' code is held to its memory only.
foreach(library deps_charls deps_openjpeg)
  target_compile_options(${library} PRIVATE -w -fno-sanitize=undefined)
  set_target_properties(${library} PROPERTIES CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)
endforeach()
