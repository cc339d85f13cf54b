# plumbline_room(<name> [OPEN] [HEADERS_ONLY] DEPENDS … SOURCES … LIBRARIES …)
#
# One folder = one static library = plumbline::<name>. DEPENDS are rooms, LIBRARIES are packages. OPEN marks a
# gallery: every .cpp in the folder (and in detail/) is part of it, so that hanging a picture edits no CMake file.
function(plumbline_room name)
  cmake_parse_arguments(ROOM "OPEN" "" "DEPENDS;SOURCES;LIBRARIES" ${ARGN})
  if(ROOM_OPEN)
    file(GLOB ROOM_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/detail/*.cpp")
  endif()
  add_library(plumbline_${name} STATIC ${ROOM_SOURCES})
  add_library(plumbline::${name} ALIAS plumbline_${name})
  target_include_directories(plumbline_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  list(TRANSFORM ROOM_DEPENDS PREPEND plumbline::)
  target_link_libraries(plumbline_${name} PUBLIC ${ROOM_DEPENDS} ${ROOM_LIBRARIES} plumbline::flags)
  set_property(GLOBAL APPEND PROPERTY PLUMBLINE_ROOMS ${name})
endfunction()
