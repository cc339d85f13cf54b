# Kokkos::kokkos from the first place that has it: find_package (Spack, module, distribution, own build), else
# the one that third_party/bootstrap unpacked. Sets
#
#   PLUMBLINE_KOKKOS_VERSION    such as 5.2.2
#   PLUMBLINE_KOKKOS_DEVICES    enabled backends, upper case: OPENMP, CUDA, SERIAL …
#   PLUMBLINE_KOKKOS_UNPACKED   the folder of the unpacked one if it is that, else empty
#
# third_party/README.md says what the unpacked Kokkos is, and why.
include_guard(GLOBAL)

set(PLUMBLINE_KOKKOS_MINIMUM 4.5)
set(PLUMBLINE_KOKKOS_UNPACKED "")

include("${CMAKE_CURRENT_LIST_DIR}/PlumblineUnpackedKokkos.cmake")

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
  set(PLUMBLINE_KOKKOS_UNPACKED "${_root}")
  plumbline_use_unpacked_kokkos("${_root}")
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
