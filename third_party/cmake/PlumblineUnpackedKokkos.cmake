# The Kokkos that third_party/bootstrap unpacked, as a target: for the build and, installed beside plumblineConfig.cmake,
# for programs outside, which need the same flags when they are linked.
include_guard(GLOBAL)

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
function(plumbline_use_unpacked_kokkos root)
  set(stamp "${root}/stamp")
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
