# cmake --install build/default --prefix P      the program, the rooms as static libraries, their headers, and a package:
#
#   project(mine LANGUAGES C CXX)                # C: FindHDF5 asks for it
#   find_package(plumbline 0.1 REQUIRED)         # with -DCMAKE_PREFIX_PATH=P
#   target_link_libraries(mine PRIVATE plumbline::samplers)    →   #include "samplers/sampler.hpp"
#
# A room brings what it depends on. tests/install builds and runs such a program.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(_rooms GLOBAL PROPERTY PLUMBLINE_ROOMS)
list(TRANSFORM _rooms PREPEND plumbline_)
install(TARGETS plumbline_flags ${_rooms} EXPORT plumbline)
install(TARGETS plumbline)
install(DIRECTORY src/ DESTINATION "${PLUMBLINE_INSTALL_HEADERS}" FILES_MATCHING PATTERN "*.hpp")

set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/plumbline")
configure_package_config_file(src/plumblineConfig.cmake.in plumblineConfig.cmake INSTALL_DESTINATION "${_package}")
write_basic_package_version_file(plumblineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT plumbline NAMESPACE plumbline:: FILE plumblineTargets.cmake DESTINATION "${_package}")
install(FILES "${PROJECT_BINARY_DIR}/plumblineConfig.cmake" "${PROJECT_BINARY_DIR}/plumblineConfigVersion.cmake"
              third_party/cmake/PlumblineUnpackedKokkos.cmake
        DESTINATION "${_package}")
