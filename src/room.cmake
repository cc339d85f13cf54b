# Parsing Kokkos and Eigen costs each file more than its own code does, so they are parsed once: here for the rooms, in
# tests/CMakeLists.txt for the tests. Only headers of others: a room's own headers still have to be included by name.
# nvcc_wrapper knows no precompiled headers, and clang-tidy cannot read gcc's.
set(PLUMBLINE_PRECOMPILED <Kokkos_Core.hpp> <Eigen/Dense> <fmt/format.h> <algorithm> <functional> <memory> <optional>
    <string> <variant> <vector>)
function(plumbline_precompile target owner)
  if(PLUMBLINE_KOKKOS_DEVICES MATCHES "CUDA" OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${PLUMBLINE_PRECOMPILED} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache asks for it
  endif()
endfunction()

set(PLUMBLINE_INSTALL_HEADERS include/plumbline)  # below the prefix; see src/install.cmake

# plumbline_room(<name> DEPENDS … LIBRARIES …)
#
# One folder = one static library = plumbline::<name>: every .cpp in it and in its sub-rooms, so that hanging a picture
# edits no CMake file. DEPENDS are rooms, LIBRARIES are packages.
function(plumbline_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(plumbline_${name} STATIC ${sources})
  add_library(plumbline::${name} ALIAS plumbline_${name})
  set_target_properties(plumbline_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(plumbline_${name} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>" "$<INSTALL_INTERFACE:${PLUMBLINE_INSTALL_HEADERS}>")
  list(TRANSFORM ROOM_DEPENDS PREPEND plumbline::)
  target_link_libraries(plumbline_${name} PUBLIC ${ROOM_DEPENDS} ${ROOM_LIBRARIES} plumbline::flags)
  plumbline_precompile(plumbline_${name} plumbline_core)
  set_property(GLOBAL APPEND PROPERTY PLUMBLINE_ROOMS ${name})
endfunction()
