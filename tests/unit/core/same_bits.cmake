# Runs PROGRAM once per entry of THREADS (1,2,4) and fails unless every run prints the same non-empty text.
string(REPLACE "," ";" counts "${THREADS}")
set(first "")
foreach(count IN LISTS counts)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env OMP_NUM_THREADS=${count} OMP_PROC_BIND=false "${PROGRAM}"
    OUTPUT_VARIABLE text RESULT_VARIABLE status)
  # The first line names the thread count that Kokkos really used.
  if(NOT status EQUAL 0 OR NOT text MATCHES "^threads ${count}\n(.+)$")
    message(FATAL_ERROR "${PROGRAM} under ${count} threads: status ${status}, printed\n${text}")
  endif()
  set(bits "${CMAKE_MATCH_1}")
  if(first STREQUAL "")
    set(first "${bits}")
  elseif(NOT bits STREQUAL first)
    message(FATAL_ERROR "${count} threads changed the bits:\n${bits}\nbefore:\n${first}")
  endif()
endforeach()
message(STATUS "${THREADS} threads agree:\n${first}")
