# Writes what was built into FOLDER, version.txt for the page and revision.h for C++: VERSION, with the
# commit of SOURCE_DIR where that is the top of a git checkout. Touches them only when they change, which
# each commit does: one small source is all that includes the header.
execute_process(COMMAND git -C ${SOURCE_DIR} rev-parse --show-prefix
  OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
set(revision "")
if(NOT failed AND prefix STREQUAL "")
  execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude *
    OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(version ${VERSION})
if(NOT revision STREQUAL "")
  set(version "${VERSION} (${revision})")
else()
  set(revision unknown)
endif()

function(write file text)
  set(present "")
  if(EXISTS ${file})
    file(READ ${file} present)
  endif()
  if(NOT present STREQUAL text)
    file(WRITE ${file} "${text}")
  endif()
endfunction()
write(${FOLDER}/revision.h "#pragma once\n
#define THORAXLITE_VERSION \"${version}\"
#define THORAXLITE_REVISION \"${revision}\"\n")
write(${FOLDER}/version.txt "${version}\n")
