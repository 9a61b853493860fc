# What says which version is built, and that all say the same:
# cmake -DPROGRAMS=LIST -DVERSION=0.1.0 -DVERSION_FILE=FILE -DSCRIPT=revision.cmake -DFOLDER=SCRATCH
#   -P version_test.cmake
cmake_minimum_required(VERSION 3.25)

function(expect text wanted)
  if(NOT text STREQUAL wanted)
    message(SEND_ERROR "'${text}'; expected '${wanted}'")
  endif()
endfunction()

file(STRINGS ${VERSION_FILE} built)
if(NOT built MATCHES "^([0-9.]+)( [(][0-9a-f]+(-dirty)?[)])?$")
  message(SEND_ERROR "${VERSION_FILE} says '${built}'")
endif()
expect("${CMAKE_MATCH_1}" ${VERSION})
foreach(program IN LISTS PROGRAMS)
  execute_process(COMMAND ${program} --version OUTPUT_VARIABLE said RESULT_VARIABLE status)
  get_filename_component(name ${program} NAME)
  expect("${status}" 0)
  expect("${said}" "${name} ${built}\n")
endforeach()

# A folder of its own as sources: without git, with a commit, changed since, and inside other sources.
set(sources ${FOLDER}/sources)
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${sources}/inner)
function(git)
  execute_process(COMMAND git -C ${sources} -c user.name=test -c user.email=test@example.org
    -c commit.gpgsign=false ${ARGN}
    OUTPUT_VARIABLE said ERROR_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(expect_version folder wanted revision)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env GIT_CEILING_DIRECTORIES=${FOLDER}
    ${CMAKE_COMMAND} -DVERSION=1.2.3 -DSOURCE_DIR=${folder} -DFOLDER=${FOLDER} -P ${SCRIPT}
    COMMAND_ERROR_IS_FATAL ANY)
  file(STRINGS ${FOLDER}/version.txt text)
  expect("${text}" "${wanted}")
  file(READ ${FOLDER}/revision.h header)
  expect("${header}" "#pragma once\n
#define THORAXLITE_VERSION \"${wanted}\"
#define THORAXLITE_REVISION \"${revision}\"\n")
endfunction()

expect_version(${sources} "1.2.3" unknown)
git(init -q)
file(WRITE ${sources}/inner/file one)
git(add .)
git(commit -q -m one)
git(tag v1.2.3)
execute_process(COMMAND git -C ${sources} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE)
expect_version(${sources} "1.2.3 (${commit})" ${commit})
expect_version(${sources}/inner "1.2.3" unknown)
file(WRITE ${sources}/inner/file two)
expect_version(${sources} "1.2.3 (${commit}-dirty)" ${commit}-dirty)

# Nothing is compiled anew for what stays.
file(TIMESTAMP ${FOLDER}/revision.h before "%s")
execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 1.1)
expect_version(${sources} "1.2.3 (${commit}-dirty)" ${commit}-dirty)
file(TIMESTAMP ${FOLDER}/revision.h after "%s")
expect("${after}" "${before}")
file(REMOVE_RECURSE ${FOLDER})
