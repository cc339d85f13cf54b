# Parsing Kokkos and Eigen costs each file more than its own code does, so they are parsed once: here for the rooms, in
# tests/CMakeLists.txt for the tests. Only headers of others: a room's own headers still have to be included by name.
# nvcc_wrapper knows no precompiled headers, and clang-tidy cannot read gcc's.
#
# gcc takes the optimisation level from the precompiled headers whatever the command says, so that files of another level
# need headers of their own.
set(PLUMBLINE_PRECOMPILED_PLAIN <fmt/format.h> <fmt/ranges.h> <algorithm> <cmath> <cstdint> <functional>
    <limits> <map> <memory> <optional> <set> <string> <variant> <vector>)
set(PLUMBLINE_PRECOMPILED <Kokkos_Core.hpp> "${PROJECT_SOURCE_DIR}/src/core/eigen/packets.hpp" ${PLUMBLINE_PRECOMPILED_PLAIN})

# plumbline_precompile(<target> <owner> headers…): the owner's precompiled headers, made here when the target is the owner.
function(plumbline_precompile target owner)
  if(PLUMBLINE_KOKKOS_DEVICES MATCHES "CUDA" OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache asks for it
  endif()
endfunction()

# Files of a room are compiled several at once, which halves what a build costs: what each takes from Kokkos is made once a
# batch. What another file has to be able to replace at link stays alone: those with planted bugs, and the catalogues, which
# tests/contract compiles again with one more line.
set(PLUMBLINE_BATCH 6 CACHE STRING "Files of a room that are compiled together, as a CMake unity build; 1: each by itself")
set(_mutants "${PROJECT_SOURCE_DIR}/tests/mutation/mutants.toml")
set(PLUMBLINE_PLANTED "")
if(EXISTS "${_mutants}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_mutants}")
  file(STRINGS "${_mutants}" PLUMBLINE_PLANTED REGEX "^file *=")
  list(TRANSFORM PLUMBLINE_PLANTED REPLACE "^file *= *\"(.*)\".*" "${PROJECT_SOURCE_DIR}/\\1")
endif()

option(PLUMBLINE_ALONE "OFF: nothing will be linked, those files too may be compiled in batches" ON)
mark_as_advanced(PLUMBLINE_ALONE)

# plumbline_batch(<target> files…): all of the target's files but these, which are compiled by themselves.
function(plumbline_batch target)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "/catalogue\\.cpp$")
  if(PLUMBLINE_BATCH GREATER 1)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${PLUMBLINE_BATCH})
    foreach(file IN LISTS sources ARGN)
      if(NOT PLUMBLINE_ALONE)
        break()
      endif()
      set_source_files_properties("${file}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
  endif()
endfunction()

set(PLUMBLINE_INSTALL_HEADERS include/plumbline)  # below the prefix; see src/install.cmake

# plumbline_room(<name> [COLD] [PLAIN] [ALONE …] DEPENDS … LIBRARIES …)
#
# One folder = one static library = plumbline::<name>: every .cpp in it and in its sub-rooms, so that hanging a picture
# edits no CMake file. DEPENDS are rooms, LIBRARIES are packages. COLD rooms have no loop that anybody waits for: -O1,
# which changes no bit (flags.cmake). PLAIN ones launch nothing: neither Kokkos nor Eigen. ALONE: files that take so long to
# compile that others should not wait for them.
function(plumbline_room name)
  cmake_parse_arguments(ROOM "COLD;PLAIN" "" "ALONE;DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(plumbline_${name} STATIC ${sources})
  add_library(plumbline::${name} ALIAS plumbline_${name})
  set_target_properties(plumbline_${name} PROPERTIES EXPORT_NAME ${name})
  plumbline_batch(plumbline_${name} ${PLUMBLINE_PLANTED} ${ROOM_ALONE})
  target_include_directories(plumbline_${name} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>" "$<INSTALL_INTERFACE:${PLUMBLINE_INSTALL_HEADERS}>")
  list(TRANSFORM ROOM_DEPENDS PREPEND plumbline::)
  target_link_libraries(plumbline_${name} PUBLIC ${ROOM_DEPENDS} ${ROOM_LIBRARIES} plumbline::flags)
  if(ROOM_COLD)
    target_compile_options(plumbline_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  # The first room of its sort makes the headers of all.
  set(sort "${ROOM_COLD}/${ROOM_PLAIN}")
  get_property(owner GLOBAL PROPERTY "PLUMBLINE_HEADERS_${sort}")
  if(NOT owner)
    set(owner plumbline_${name})
    set_property(GLOBAL PROPERTY "PLUMBLINE_HEADERS_${sort}" ${owner})
  endif()
  if(ROOM_PLAIN)
    plumbline_precompile(plumbline_${name} ${owner} ${PLUMBLINE_PRECOMPILED_PLAIN})
  else()
    plumbline_precompile(plumbline_${name} ${owner} ${PLUMBLINE_PRECOMPILED})
  endif()
  set_property(GLOBAL APPEND PROPERTY PLUMBLINE_ROOMS ${name})
endfunction()
