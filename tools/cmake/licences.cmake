# add_licences(PROGRAM [LIBRARY...]): compiles what PROGRAM --licenses prints into it; without the
# libraries, which this build has not (tools/licences).
find_program(NODE NAMES node nodejs REQUIRED)
file(GLOB licence_tools ${PROJECT_SOURCE_DIR}/tools/licences/*.mjs)

function(add_licences program)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${program}-licences.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/tools/licences/write.mjs ${program} ${source} ${ARGN}
    DEPENDS ${licence_tools} ${PROJECT_SOURCE_DIR}/tools/licences/libraries.json
    VERBATIM)
  set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${program} PRIVATE ${source})
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/native)
endfunction()
