# Every compile flag, in one INTERFACE target.
#
# -ffp-contract=off and explicit fma give the same bits on every compiler and level (core/README §3); the two -fno-
# flags are what gcc needs to vectorise loops with comparisons, and unlike -ffast-math they keep NaN and infinity.
include(CheckCXXCompilerFlag)
add_library(plumbline_flags INTERFACE)
add_library(plumbline::flags ALIAS plumbline_flags)
set_target_properties(plumbline_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(plumbline_flags INTERFACE cxx_std_20)
set(_host_flags -ffp-contract=off -fno-math-errno -fno-trapping-math)
set(_warnings -Wall -Wextra -Wpedantic -Wno-psabi)

# What nvcc is told beyond that, by the cuda preset and by tests/cuda. 20011, 20014: a kernel that calls a function of the host's
# compiles to rubbish after a warning. Eigen is the host's: told otherwise it calls such functions itself, and nobody would see
# that a kernel carries one of its matrices. fmt 9 doubts nvcc's constexpr but makes format strings consteval all the same,
# and they need it.
set(PLUMBLINE_CUDA_FLAGS -fmad=false --extended-lambda --expt-relaxed-constexpr -Wno-deprecated-gpu-targets
    "SHELL:-Xcudafe --diag_error=20011" "SHELL:-Xcudafe --diag_error=20014")
set(PLUMBLINE_CUDA_DEFINITIONS FMT_USE_CONSTEXPR=1 EIGEN_NO_CUDA)
if(PLUMBLINE_KOKKOS_DEVICES MATCHES "CUDA")
  target_compile_options(plumbline_flags INTERFACE ${PLUMBLINE_CUDA_FLAGS})
  target_compile_definitions(plumbline_flags INTERFACE ${PLUMBLINE_CUDA_DEFINITIONS})
  list(REMOVE_ITEM _warnings -Wpedantic)  # nvcc's generated code is not pedantic, and
  list(APPEND _warnings -Wno-ignored-attributes)  # forgets which header is the system's: Eigen's
endif()

# auto asks the machine, which only Linux answers in a file, and the compiler; elsewhere the compiler's default stands. A level
# is what gcc and clang call x86-64-v3 and -v4; both give the same bits (core/README §3), the wider one sooner.
if(PLUMBLINE_ARCH STREQUAL "auto")
  set(PLUMBLINE_MARCH "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT CMAKE_CROSSCOMPILING AND EXISTS /proc/cpuinfo)
    file(STRINGS /proc/cpuinfo _cpu_flags REGEX "^flags" LIMIT_COUNT 1)
    string(REGEX MATCHALL "[a-z0-9_]+" _cpu_flags "${_cpu_flags}")
    foreach(_level IN ITEMS v3 v4)
      set(_needs avx2 bmi1 bmi2 f16c fma movbe)
      if(_level STREQUAL "v4")
        list(APPEND _needs avx512f avx512bw avx512cd avx512dq avx512vl)
      endif()
      list(REMOVE_ITEM _needs ${_cpu_flags} "")
      string(TOUPPER "PLUMBLINE_COMPILER_HAS_X86_64_${_level}" _known)
      check_cxx_compiler_flag(-march=x86-64-${_level} ${_known})
      if(NOT _needs AND ${_known})
        set(PLUMBLINE_MARCH x86-64-${_level})
      endif()
    endforeach()
  endif()
elseif(PLUMBLINE_ARCH STREQUAL "none")
  set(PLUMBLINE_MARCH "")
else()
  set(PLUMBLINE_MARCH "${PLUMBLINE_ARCH}")
endif()
if(PLUMBLINE_MARCH)
  list(APPEND _host_flags "-march=${PLUMBLINE_MARCH}")
  message(STATUS "Target architecture: ${PLUMBLINE_MARCH}")
else()
  message(STATUS "Target architecture: the compiler's default")
endif()

# Warnings are ours; the other flags go with an installed library, whose headers are compiled into programs outside: -march
# decides how Eigen aligns what both hold, the rest the bits.
if(PLUMBLINE_WARNINGS_AS_ERRORS)
  list(APPEND _warnings -Werror)
endif()
list(TRANSFORM _warnings REPLACE "(.+)" "$<BUILD_INTERFACE:\\1>")
target_compile_options(plumbline_flags INTERFACE ${_host_flags} ${_warnings})
if(PLUMBLINE_SANITIZE)
  target_compile_options(plumbline_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(plumbline_flags INTERFACE -fsanitize=address,undefined)
endif()
