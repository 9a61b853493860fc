# Writes OUTPUT with the git revision of SOURCE_DIR; touches it only when the revision changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision unknown)
endif()
set(text "#pragma once\n\nnamespace thoraxlite {\n\ninline constexpr char kRevision[] = \"${revision}\";\n\n}  // namespace thoraxlite\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} present)
endif()
if(NOT present STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
