# Writes OUTPUT, a header that says which commit is being built; run at build time, touches the file only when it
# changes. Without git or outside a repository the commit is "unknown".
execute_process(COMMAND git -C "${SOURCE}" rev-parse HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
set(dirty false)
if(failed)
  set(commit "unknown")
else()
  execute_process(COMMAND git -C "${SOURCE}" --no-optional-locks status --porcelain --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    set(dirty true)
  endif()
endif()
set(text "#pragma once\n\n#define PLUMBLINE_BUILD_COMMIT \"${commit}\"\n#define PLUMBLINE_BUILD_DIRTY ${dirty}\n")
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT text STREQUAL before)
  file(WRITE "${OUTPUT}" "${text}")
endif()
