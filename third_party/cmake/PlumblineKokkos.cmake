# Kokkos::kokkos from the first place that has it: find_package (Spack, module, distribution, own build), else
# the one that third_party/bootstrap unpacked. Sets
#
#   PLUMBLINE_KOKKOS_VERSION    such as 5.2.2
#   PLUMBLINE_KOKKOS_DEVICES    enabled backends, upper case: OPENMP, CUDA, SERIAL …
#   PLUMBLINE_KOKKOS_UNPACKED   ON if it is the unpacked one
#
# third_party/README.md says what the unpacked Kokkos is, and why.
include_guard(GLOBAL)

set(PLUMBLINE_KOKKOS_MINIMUM 4.5)
set(PLUMBLINE_KOKKOS_UNPACKED OFF)

# Value of KEY in the stamp that third_party/bootstrap wrote.
function(plumbline_kokkos_stamped stamp key result)
  file(STRINGS "${stamp}" lines REGEX "^${key}=")
  string(REGEX REPLACE "^${key}=" "" value "${lines}")
  set(${result} "${value}" PARENT_SCOPE)
endfunction()

# The package's own CMake files name absolute paths under /usr and two static libraries that it does not ship,
# so the target is defined here.
#
# Debian unstable's libkokkoscore was linked with a newer C and C++ runtime than the system's. The compiler and the
# libraries at link time stay the system's; the program then starts with the unpacked loader and finds the
# unpacked runtime first:
#   --allow-shlib-undefined  libkokkoscore's newer symbols are unknown to the system's runtime at link time
#   --dynamic-linker         a loader works only with the C library of its own version
#   --disable-new-dtags      an RPATH, unlike a RUNPATH, also serves what the system's libraries need in turn
function(plumbline_use_unpacked_kokkos root stamp)
  plumbline_kokkos_stamped("${stamp}" libdir libdir)
  plumbline_kokkos_stamped("${stamp}" loader loader)
  set(libdir "${root}/${libdir}")

  find_package(OpenMP REQUIRED COMPONENTS CXX)
  add_library(Kokkos::kokkos SHARED IMPORTED GLOBAL)
  # Include folders of an imported target are SYSTEM folders.
  set_target_properties(Kokkos::kokkos PROPERTIES
    IMPORTED_LOCATION "${libdir}/libkokkoscore.so"
    INTERFACE_INCLUDE_DIRECTORIES "${root}/usr/include/kokkos"
    INTERFACE_COMPILE_FEATURES cxx_std_20)
  file(GLOB others "${libdir}/libkokkos*.so")
  list(REMOVE_ITEM others "${libdir}/libkokkoscore.so")
  target_link_libraries(Kokkos::kokkos INTERFACE ${others} ${CMAKE_DL_LIBS})
  # Flags, not OpenMP::OpenMP_CXX: that names the system's libgomp by path, and CMake then warns for every program
  # that the unpacked one hides it (which is what we want).
  separate_arguments(openmp NATIVE_COMMAND "${OpenMP_CXX_FLAGS}")
  target_compile_options(Kokkos::kokkos INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${openmp}>")
  target_link_options(Kokkos::kokkos INTERFACE ${openmp})
  target_link_options(Kokkos::kokkos INTERFACE
    LINKER:--allow-shlib-undefined
    LINKER:--disable-new-dtags
    "LINKER:--dynamic-linker=${libdir}/${loader}"
    "LINKER:-rpath,${libdir}")
endfunction()

get_filename_component(_root "${CMAKE_CURRENT_LIST_DIR}/../kokkos" ABSOLUTE)
set(_stamp "${_root}/stamp")

find_package(Kokkos ${PLUMBLINE_KOKKOS_MINIMUM} QUIET CONFIG)
if(Kokkos_FOUND)
  set(PLUMBLINE_KOKKOS_VERSION "${Kokkos_VERSION}")
  set(PLUMBLINE_KOKKOS_DEVICES "${Kokkos_DEVICES}")
  message(STATUS "Kokkos ${PLUMBLINE_KOKKOS_VERSION} (${PLUMBLINE_KOKKOS_DEVICES}): ${Kokkos_DIR}")
elseif(EXISTS "${_stamp}")
  plumbline_kokkos_stamped("${_stamp}" kokkos PLUMBLINE_KOKKOS_VERSION)
  string(REGEX REPLACE "-[^-]*$" "" PLUMBLINE_KOKKOS_VERSION "${PLUMBLINE_KOKKOS_VERSION}")  # Debian's revision
  set(PLUMBLINE_KOKKOS_DEVICES OPENMP)
  set(PLUMBLINE_KOKKOS_UNPACKED ON)
  plumbline_use_unpacked_kokkos("${_root}" "${_stamp}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_stamp}")
  message(STATUS "Kokkos ${PLUMBLINE_KOKKOS_VERSION} (${PLUMBLINE_KOKKOS_DEVICES}): unpacked in third_party/kokkos")
else()
  message(FATAL_ERROR
    "No Kokkos >= ${PLUMBLINE_KOKKOS_MINIMUM}. Either run\n"
    "  third_party/bootstrap\n"
    "(Debian; unpacks one under third_party/kokkos and installs none), or build or load one (spack.yaml) and name it:\n"
    "  cmake -DKokkos_ROOT=<its prefix> …")
endif()
unset(_root)
unset(_stamp)
